#include "erb/time.h"

#include <algorithm>
#include <chrono>
#include <ctime>

#include "erb/interpreter.h"
#include "kamal/support/system.h"

namespace kamal::erb {
namespace {

// What libc's strftime writes as Ruby does.
constexpr std::string_view directives = "aAbBcCdDeFgGhHIjklmMnprRPStTuUVwWxXyYZz%";

std::tm fields(const Time& time) {
  const std::time_t seconds = time.seconds;
  std::tm fields{};
  if (time.form == Time::Form::utc) {
    gmtime_r(&seconds, &fields);
    fields.tm_zone = "UTC";
  } else {
    localtime_r(&seconds, &fields);
  }
  return fields;
}

std::string formatted(const std::tm& fields, const std::string& format) {
  char buffer[1100];  // widths have three digits at most
  return std::string(buffer, std::strftime(buffer, sizeof buffer, format.c_str(), &fields));
}

std::string fraction(const Time& time, size_t digits) {
  std::string text = std::to_string(1'000'000'000 + time.nanoseconds).substr(1);
  text.resize(digits, '0');
  return text;
}

const Time& time(const Call& c) { return *as<Time>(c.self); }

std::string directive(const Call& c, const std::string& flags, char letter) {
  const std::string width = flags.substr(std::min(flags.find_first_of("123456789"), flags.size()));
  const bool with_colon = letter == 'z' && flags == ":";
  if (width.size() > 3 || (!with_colon && flags.find(':') != std::string::npos))
    c.beyond("%" + flags + letter);
  if (letter == 's') return std::to_string(time(c).seconds);
  if (letter == 'L' || letter == 'N')
    return fraction(time(c), width.empty() ? (letter == 'L' ? 3 : 9) : std::stoul(width));
  if (directives.find(letter) == std::string_view::npos) c.beyond("%" + flags + letter);
  std::string text = formatted(fields(time(c)), "%" + (with_colon ? "" : flags) + letter);
  if (with_colon) text.insert(3, ":");
  return text;
}

std::string formatted(const Call& c, std::string_view format) {
  std::string text;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      text += format[i];
      continue;
    }
    const size_t end = std::min(format.find_first_not_of("-_0^:123456789", i + 1), format.size());
    if (end == format.size()) c.beyond("`%` at the end of a format");
    const std::string made = directive(c, std::string(format.substr(i + 1, end - i - 1)), format[end]);
    c.limits().allocate(made.size());
    text += made;
    i = end;
  }
  return text;
}

// What a date does not have.
const Time& moment(const Call& c) {
  if (time(c).form == Time::Form::date) c.beyond("`" + std::string(c.name) + "` of a date");
  return time(c);
}

// A date is the start of its day.
Value in_form(Call& c, Time time, Time::Form form) {
  time.form = form;
  if (form == Time::Form::date) {
    std::tm day = fields(time);
    day.tm_hour = day.tm_min = day.tm_sec = 0;
    day.tm_isdst = -1;
    time.seconds = std::mktime(&day);
    time.nanoseconds = 0;
  }
  auto* const made = c.in.heap().make<Time>();
  *made = time;
  return made;
}

Value iso8601(Call& c) {
  if (time(c).form == Time::Form::date) return c.string(formatted(c, "%F"));
  const int64_t digits = c.integer_arg(0, 0);
  if (digits < 0 || digits > 9) c.beyond("this precision");
  const std::string fraction = digits > 0 ? ".%" + std::to_string(digits) + "N" : "";
  return c.string(formatted(c, "%FT%T" + fraction + (time(c).form == Time::Form::utc ? "Z" : "%:z")));
}

Value now(Call& c, Time::Form form) {
  Clock* const clock = c.in.context().clock;
  const auto since = (clock ? clock->now() : std::chrono::system_clock::now()).time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  Time time;
  time.seconds = seconds.count();
  time.nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(since - seconds).count();
  return in_form(c, time, form);
}

Value at(Call& c) {
  constexpr int64_t max_seconds = 200'000'000'000;  // some thousands of years
  Time time;
  const bool whole = kind_of(c.args[0]) == Kind::integer;
  if (!whole || c.integer_arg(0) > max_seconds || c.integer_arg(0) < -max_seconds) c.beyond("this time");
  time.seconds = c.integer_arg(0);
  return in_form(c, time, Time::Form::local);
}

template <int std::tm::*field, int offset = 0>
Value part(Call& c) {
  return int64_t{fields(time(c)).*field + offset};
}

template <int std::tm::*field>
Value part_of_day(Call& c) {
  moment(c);
  return part<field>(c);
}

}  // namespace

std::string time_text(const Time& time) {
  const char* const format = time.form == Time::Form::date  ? "%Y-%m-%d"
                             : time.form == Time::Form::utc ? "%Y-%m-%d %H:%M:%S UTC"
                                                            : "%Y-%m-%d %H:%M:%S %z";
  return formatted(fields(time), format);
}

const Methods& time_methods() {
  static constexpr auto in_utc = [](Call& c) { return in_form(c, moment(c), Time::Form::utc); };
  static constexpr auto in_local = [](Call& c) { return in_form(c, moment(c), Time::Form::local); };
  static constexpr auto to_f = [](Call& c) {
    return Value(static_cast<double>(moment(c).seconds) + static_cast<double>(time(c).nanoseconds) / 1e9);
  };
  static const Methods methods = {
      {"day", 0, 0, part<&std::tm::tm_mday>},
      {"getlocal", 0, 0, in_local},
      {"getutc", 0, 0, in_utc},
      {"hour", 0, 0, part_of_day<&std::tm::tm_hour>},
      {"iso8601", 0, 1, iso8601},
      {"localtime", 0, 0, in_local},
      {"mday", 0, 0, part<&std::tm::tm_mday>},
      {"min", 0, 0, part_of_day<&std::tm::tm_min>},
      {"month", 0, 0, part<&std::tm::tm_mon, 1>},
      {"sec", 0, 0, part_of_day<&std::tm::tm_sec>},
      {"strftime", 1, 1, [](Call& c) { return c.string(formatted(c, c.string_arg(0))); }},
      {"to_date", 0, 0, [](Call& c) { return in_form(c, moment(c), Time::Form::date); }},
      {"to_f", 0, 0, to_f},
      {"to_i", 0, 0, [](Call& c) { return Value(moment(c).seconds); }},
      {"utc", 0, 0, in_utc},
      {"wday", 0, 0, part<&std::tm::tm_wday>},
      {"xmlschema", 0, 1, iso8601},
      {"yday", 0, 0, part<&std::tm::tm_yday, 1>},
      {"year", 0, 0, part<&std::tm::tm_year, 1900>},
  };
  return methods;
}

const Methods& time_functions() {
  static const Methods methods = {
      {"Date.today", 0, 0, [](Call& c) { return now(c, Time::Form::date); }},
      {"Time.at", 1, 1, at},
      {"Time.now", 0, 0, [](Call& c) { return now(c, Time::Form::local); }},
  };
  return methods;
}

}  // namespace kamal::erb
