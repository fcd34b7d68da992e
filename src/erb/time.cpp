// Time.now and its methods.
#include <algorithm>
#include <chrono>
#include <ctime>

#include "erb/interpreter.h"
#include "kamal/support/system.h"

namespace kamal::erb {
namespace {

// Those of Ruby that libc's strftime writes in the same way, and flags that both have.
constexpr std::string_view directives = "aAbBcCdDeFgGhHIjklmMnprRStTuUVwWxXyYzZ%";
constexpr std::string_view flags = "-_0^";

const Time& time(const Call& c) { return *as<Time>(c.self); }

void check_format(const Call& c, std::string_view format) {
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    const size_t end = format.find_first_not_of(flags, i + 1);
    const std::string directive(format.substr(i, end == std::string_view::npos ? end : end + 1 - i));
    if (directive.size() == 1 || directives.find(directive.back()) == std::string_view::npos)
      c.beyond(directive + " in a format");
    i += directive.size() - 1;
  }
}

Value formatted_time(Call& c) {
  check_format(c, c.string_arg(0));
  return c.string(strftime(time(c), c.string_arg(0)));
}

Value iso8601(Call& c) {
  if (time(c).zone == Time::Zone::utc) return c.string(strftime(time(c), "%FT%TZ"));
  return c.string(strftime(time(c), "%FT%T%z").insert(22, ":"));
}

Value utc(Call& c) {
  auto* const made = c.in.heap().make<Time>();
  made->seconds = time(c).seconds;
  made->zone = Time::Zone::utc;
  return made;
}

Value now(Call& c) {
  Clock* const clock = c.in.context().clock;
  auto* const made = c.in.heap().make<Time>();
  made->seconds =
      std::chrono::system_clock::to_time_t(clock ? clock->now() : std::chrono::system_clock::now());
  return made;
}

}  // namespace

std::string strftime(const Time& time, const std::string& format) {
  const std::time_t seconds = time.seconds;
  std::tm fields{};
  if (time.zone == Time::Zone::utc) {
    gmtime_r(&seconds, &fields);
    fields.tm_zone = "UTC";
  } else {
    localtime_r(&seconds, &fields);
  }
  std::string text(format.size() * 40 + 1, '\0');  // no directive writes more
  text.resize(std::strftime(text.data(), text.size(), format.c_str(), &fields));
  return text;
}

const Methods& time_methods() {
  static const Methods methods = {
      {"Time#iso8601", 0, 0, iso8601},
      {"Time#strftime", 1, 1, formatted_time},
      {"Time#to_i", 0, 0, [](Call& c) { return Value(time(c).seconds); }},
      {"Time#utc", 0, 0, utc},
      {"Time.now", 0, 0, now},
  };
  return methods;
}

}  // namespace kamal::erb
