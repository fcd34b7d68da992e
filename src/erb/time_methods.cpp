#include <algorithm>
#include <chrono>
#include <cmath>

#include "erb/interpreter.h"
#include "erb/time.h"
#include "kamal/support/clock.h"

namespace kamal::erb {
namespace {

constexpr int64_t farthest = 200'000'000'000;  // seconds: some thousands of years

Value time_at(Call& c, int64_t seconds, int64_t nanoseconds, bool utc) {
  if (seconds > farthest || seconds < -farthest) c.beyond("a time so far away");
  auto* made = c.in.heap().make<Time>();
  made->seconds = seconds;
  made->nanoseconds = nanoseconds;
  made->utc = utc;
  return made;
}

Value date_at(Call& c, int64_t days) {
  if (days > farthest / 86'400 || days < -farthest / 86'400) c.beyond("a date so far away");
  auto* made = c.in.heap().make<Date>();
  made->days = days;
  return made;
}

const Time& time(Call& c) { return *as<Time>(c.self); }
const Date& date(Call& c) { return *as<Date>(c.self); }

CivilTime fields(Call& c) { return as<Time>(c.self) ? civil(time(c)) : civil(date(c)); }

Value formatted(Call& c, std::string_view format) {
  constexpr size_t widest = 1000;  // of one directive
  c.limits().allocate(static_cast<size_t>(std::count(format.begin(), format.end(), '%')) * widest);
  std::string text = format_time(fields(c), format);
  return c.string(std::move(text));
}

Value iso8601(Call& c) {
  const int64_t digits = c.integer_arg(0, 0);
  if (digits < 0 || digits > 9) c.beyond("this precision");
  const std::string fraction = digits > 0 ? ".%" + std::to_string(digits) + "N" : "";
  return formatted(c, "%Y-%m-%dT%H:%M:%S" + fraction + (time(c).utc ? "Z" : "%:z"));
}

// With so many seconds more.
Value moved(Call& c, double by) {
  if (!(std::fabs(by) < 1e12)) c.beyond("a time so far away");
  const auto whole = static_cast<int64_t>(std::floor(by));
  int64_t nanoseconds =
      time(c).nanoseconds + static_cast<int64_t>(std::llround((by - static_cast<double>(whole)) * 1e9));
  int64_t seconds = time(c).seconds + whole;
  if (nanoseconds >= 1'000'000'000) {
    nanoseconds -= 1'000'000'000;
    ++seconds;
  }
  return time_at(c, seconds, nanoseconds, time(c).utc);
}

Value time_minus(Call& c) {
  const auto* other = as<Time>(c.args[0]);
  if (!other) return moved(c, -c.number_arg(0));
  return static_cast<double>(time(c).seconds - other->seconds) +
         static_cast<double>(time(c).nanoseconds - other->nanoseconds) / 1e9;
}

Value date_minus(Call& c) {
  if (as<Date>(c.args[0])) c.beyond("the difference of two dates");
  return date_at(c, date(c).days - c.integer_arg(0));
}

Value months_later(Call& c, int64_t months) {
  if (std::llabs(months) > 100'000) c.beyond("a date so far away");
  const CivilTime now = civil(date(c));
  const int64_t count = now.year * 12 + now.month - 1 + months;
  const int64_t year = count >= 0 ? count / 12 : (count - 11) / 12;
  const int month = static_cast<int>(count - year * 12) + 1;
  int day = now.day;
  while (day > 28 && !is_valid_date(year, month, day)) --day;
  return date_at(c, days_from_civil(year, month, day));
}

Value now(Call& c) {
  using std::chrono::duration_cast;
  Clock* const clock = c.in.context().clock;
  const auto since = (clock ? clock->now() : std::chrono::system_clock::now()).time_since_epoch();
  const auto nanoseconds = duration_cast<std::chrono::nanoseconds>(since).count();
  return time_at(c, nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000, false);
}

Value today(Call& c) {
  const CivilTime local = civil(*as<Time>(now(c)));
  return date_at(c, days_from_civil(local.year, local.month, local.day));
}

Value new_date(Call& c) {
  if (c.count() == 0) c.beyond("Date.new without a date");
  const int64_t month = c.integer_arg(1, 1), day = c.integer_arg(2, 1);
  if (!is_valid_date(c.integer_arg(0), month, day)) {
    if (month < 0 || day < 0) c.beyond("a date counted from the end");
    c.raise("Date::Error", "invalid date");
  }
  return date_at(c, days_from_civil(c.integer_arg(0), static_cast<int>(month), static_cast<int>(day)));
}

// yyyy-mm-dd; Ruby's own takes many other forms.
Value parse_date(Call& c) {
  const std::string& text = c.string_arg(0);
  std::string shape = text;
  for (char& one : shape) {
    if (one >= '0' && one <= '9') one = '0';
  }
  const bool plain = shape == "0000-00-00";
  if (!plain) c.beyond("this form of a date");
  const int64_t year = std::stoll(text.substr(0, 4)), month = std::stoll(text.substr(5, 2)),
                day = std::stoll(text.substr(8, 2));
  if (!is_valid_date(year, month, day)) c.raise("Date::Error", "invalid date");
  return date_at(c, days_from_civil(year, static_cast<int>(month), static_cast<int>(day)));
}

Methods shared_methods() {
  return {
      {"strftime", 1, 1, [](Call& c) { return formatted(c, c.string_arg(0)); }},
      {"year", 0, 0, [](Call& c) { return Value(fields(c).year); }},
      {"month", 0, 0, [](Call& c) { return Value(int64_t{fields(c).month}); }},
      {"mon", 0, 0, [](Call& c) { return Value(int64_t{fields(c).month}); }},
      {"day", 0, 0, [](Call& c) { return Value(int64_t{fields(c).day}); }},
      {"mday", 0, 0, [](Call& c) { return Value(int64_t{fields(c).day}); }},
      {"wday", 0, 0, [](Call& c) { return Value(int64_t{fields(c).weekday}); }},
      {"yday", 0, 0, [](Call& c) { return Value(int64_t{fields(c).year_day}); }},
      {"sunday?", 0, 0, [](Call& c) { return Value(fields(c).weekday == 0); }},
      {"monday?", 0, 0, [](Call& c) { return Value(fields(c).weekday == 1); }},
      {"friday?", 0, 0, [](Call& c) { return Value(fields(c).weekday == 5); }},
      {"saturday?", 0, 0, [](Call& c) { return Value(fields(c).weekday == 6); }},
  };
}

Methods with(Methods list, const Methods& more) {
  list.insert(list.end(), more.begin(), more.end());
  return list;
}

}  // namespace

const Methods& time_methods() {
  static constexpr auto in_utc = [](Call& c) {
    return time_at(c, time(c).seconds, time(c).nanoseconds, true);
  };
  static constexpr auto in_local = [](Call& c) {
    return time_at(c, time(c).seconds, time(c).nanoseconds, false);
  };
  static const Methods methods =
      with(shared_methods(),
           {
               {"hour", 0, 0, [](Call& c) { return Value(int64_t{fields(c).hour}); }},
               {"min", 0, 0, [](Call& c) { return Value(int64_t{fields(c).minute}); }},
               {"sec", 0, 0, [](Call& c) { return Value(int64_t{fields(c).second}); }},
               {"usec", 0, 0, [](Call& c) { return Value(time(c).nanoseconds / 1000); }},
               {"nsec", 0, 0, [](Call& c) { return Value(time(c).nanoseconds); }},
               {"to_i", 0, 0, [](Call& c) { return Value(time(c).seconds); }},
               {"to_f", 0, 0,
                [](Call& c) {
                  return Value(static_cast<double>(time(c).seconds) +
                               static_cast<double>(time(c).nanoseconds) / 1e9);
                }},
               {"utc", 0, 0, in_utc},
               {"getutc", 0, 0, in_utc},
               {"gmtime", 0, 0, in_utc},
               {"localtime", 0, 0, in_local},
               {"getlocal", 0, 0, in_local},
               {"utc?", 0, 0, [](Call& c) { return Value(time(c).utc); }},
               {"zone", 0, 0, [](Call& c) { return c.string(fields(c).zone); }},
               {"utc_offset", 0, 0, [](Call& c) { return Value(int64_t{fields(c).offset}); }},
               {"iso8601", 0, 1, iso8601},
               {"xmlschema", 0, 1, iso8601},
               {"to_date", 0, 0,
                [](Call& c) {
                  return date_at(c, days_from_civil(fields(c).year, fields(c).month, fields(c).day));
                }},
               {"to_time", 0, 0, [](Call& c) { return c.self; }},
               {"+", 1, 1, [](Call& c) { return moved(c, c.number_arg(0)); }},
               {"-", 1, 1, time_minus},
           });
  return methods;
}

const Methods& date_methods() {
  static const Methods methods =
      with(shared_methods(),
           {
               {"iso8601", 0, 0, [](Call& c) { return formatted(c, "%F"); }},
               {"cwday", 0, 0,
                [](Call& c) { return Value(int64_t{fields(c).weekday == 0 ? 7 : fields(c).weekday}); }},
               {"cweek", 0, 0, [](Call& c) { return Value(int64_t{iso_week(fields(c))}); }},
               {"cwyear", 0, 0, [](Call& c) { return Value(iso_year(fields(c))); }},
               {"to_date", 0, 0, [](Call& c) { return c.self; }},
               {"+", 1, 1, [](Call& c) { return date_at(c, date(c).days + c.integer_arg(0)); }},
               {"-", 1, 1, date_minus},
               {">>", 1, 1, [](Call& c) { return months_later(c, c.integer_arg(0)); }},
               {"<<", 1, 1, [](Call& c) { return months_later(c, -c.integer_arg(0)); }},
               {"next_day", 0, 1, [](Call& c) { return date_at(c, date(c).days + c.integer_arg(0, 1)); }},
               {"prev_day", 0, 1, [](Call& c) { return date_at(c, date(c).days - c.integer_arg(0, 1)); }},
               {"next_month", 0, 1, [](Call& c) { return months_later(c, c.integer_arg(0, 1)); }},
               {"prev_month", 0, 1, [](Call& c) { return months_later(c, -c.integer_arg(0, 1)); }},
               {"succ", 0, 0, [](Call& c) { return date_at(c, date(c).days + 1); }},
               {"next", 0, 0, [](Call& c) { return date_at(c, date(c).days + 1); }},
           });
  return methods;
}

const Methods& time_functions() {
  static const Methods methods = {
      {"Time.now", 0, 0, now},
      {"Time.at", 1, 1,
       [](Call& c) {
         if (kind_of(c.args[0]) != Kind::integer) c.beyond("this form of Time.at");
         return time_at(c, c.integer_arg(0), 0, false);
       }},
      {"Date.today", 0, 0, today},
      {"Date.new", 0, 3, new_date},
      {"Date.parse", 1, 1, parse_date},
      {"Date.iso8601", 1, 1, parse_date},
  };
  return methods;
}

}  // namespace kamal::erb
