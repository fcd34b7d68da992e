#include "erb/time.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "erb/text.h"

namespace kamal::erb {
namespace {

constexpr std::array months = {"January", "February", "March",     "April",   "May",      "June",
                               "July",    "August",   "September", "October", "November", "December"};
constexpr std::array weekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                 "Thursday", "Friday", "Saturday"};
constexpr int64_t seconds_per_day = 86'400;

struct YearMonthDay {
  int64_t year;
  int month;
  int day;
};

// The proleptic Gregorian calendar, by eras of 400 years that start in March.
YearMonthDay from_days(int64_t days) {
  days += 719'468;
  const int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const int64_t day_of_era = days - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(day_of_year - (153 * shifted + 2) / 5 + 1)};
}

CivilTime at(int64_t local_seconds) {
  int64_t days = local_seconds / seconds_per_day;
  int64_t rest = local_seconds % seconds_per_day;
  if (rest < 0) {
    rest += seconds_per_day;
    --days;
  }
  const YearMonthDay date = from_days(days);
  CivilTime made;
  made.year = date.year;
  made.month = date.month;
  made.day = date.day;
  made.hour = static_cast<int>(rest / 3600);
  made.minute = static_cast<int>(rest / 60 % 60);
  made.second = static_cast<int>(rest % 60);
  made.weekday = static_cast<int>(((days + 4) % 7 + 7) % 7);
  made.year_day = static_cast<int>(days - days_from_civil(date.year, 1, 1)) + 1;
  return made;
}

struct Flags {
  char padding = '\0';  // '-' none, '_' blanks, '0' zeros; '\0': the directive's own
  bool upper = false;
  int width = -1;
  int colons = 0;
};

std::string number(int64_t value, int width, char padding, const Flags& flags) {
  std::string digits = std::to_string(value < 0 ? -value : value);
  const char pad = flags.padding != '\0' ? flags.padding : padding;
  const int wanted = flags.width >= 0 ? flags.width : width;
  if (pad != '-') {
    const size_t room = static_cast<size_t>(std::max(0, wanted - (value < 0 ? 1 : 0)));
    if (digits.size() < room) digits.insert(0, room - digits.size(), pad == '_' ? ' ' : '0');
  }
  return (value < 0 ? "-" : "") + digits;
}

std::string word(std::string text, const Flags& flags) {
  if (flags.upper) text = upcase(text);
  const int missing = flags.width - static_cast<int>(text.size());
  if (missing > 0) text.insert(0, static_cast<size_t>(missing), flags.padding == '0' ? '0' : ' ');
  return text;
}

std::string offset_text(const CivilTime& time, int colons) {
  const int minutes = std::abs(time.offset) / 60;
  const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  const std::string sign = time.offset < 0 ? "-" : "+";
  std::string text = sign + two(minutes / 60) + (colons > 0 ? ":" : "") + two(minutes % 60);
  if (colons > 1) text += ":" + two(std::abs(time.offset) % 60);
  return text;
}

int week_of_year(const CivilTime& time, int first_weekday) {
  return (time.year_day - 1 + 7 - (time.weekday - first_weekday + 7) % 7) / 7;
}

std::string fraction(const CivilTime& time, int digits) {
  std::string text = std::to_string(1'000'000'000 + time.nanosecond).substr(1);
  text.resize(static_cast<size_t>(digits), '0');
  return text;
}

int twelve(int hour) { return hour % 12 == 0 ? 12 : hour % 12; }

std::string directive(const CivilTime& time, char type, const Flags& flags) {
  const auto again = [&](std::string_view format) { return word(format_time(time, format), flags); };
  switch (type) {
    case 'Y':
      return number(time.year, 4, '0', flags);
    case 'C':
      return number(time.year / 100, 2, '0', flags);
    case 'y':
      return number(time.year % 100, 2, '0', flags);
    case 'm':
      return number(time.month, 2, '0', flags);
    case 'd':
      return number(time.day, 2, '0', flags);
    case 'e':
      return number(time.day, 2, '_', flags);
    case 'j':
      return number(time.year_day, 3, '0', flags);
    case 'H':
      return number(time.hour, 2, '0', flags);
    case 'k':
      return number(time.hour, 2, '_', flags);
    case 'I':
      return number(twelve(time.hour), 2, '0', flags);
    case 'l':
      return number(twelve(time.hour), 2, '_', flags);
    case 'M':
      return number(time.minute, 2, '0', flags);
    case 'S':
      return number(time.second, 2, '0', flags);
    case 's':
      return number(seconds_since_1970(time), 1, '0', flags);
    case 'u':
      return number(time.weekday == 0 ? 7 : time.weekday, 1, '0', flags);
    case 'w':
      return number(time.weekday, 1, '0', flags);
    case 'U':
      return number(week_of_year(time, 0), 2, '0', flags);
    case 'W':
      return number(week_of_year(time, 1), 2, '0', flags);
    case 'V':
      return number(iso_week(time), 2, '0', flags);
    case 'G':
      return number(iso_year(time), 4, '0', flags);
    case 'g':
      return number(iso_year(time) % 100, 2, '0', flags);
    case 'L':
      return fraction(time, flags.width > 0 ? flags.width : 3);
    case 'N':
      return fraction(time, flags.width > 0 ? flags.width : 9);
    case 'B':
      return word(months[static_cast<size_t>(time.month - 1)], flags);
    case 'b':
    case 'h':
      return word(std::string(months[static_cast<size_t>(time.month - 1)]).substr(0, 3), flags);
    case 'A':
      return word(weekdays[static_cast<size_t>(time.weekday)], flags);
    case 'a':
      return word(std::string(weekdays[static_cast<size_t>(time.weekday)]).substr(0, 3), flags);
    case 'p':
      return word(time.hour < 12 ? "AM" : "PM", flags);
    case 'P':
      return word(time.hour < 12 ? "am" : "pm", flags);
    case 'z':
      return word(offset_text(time, flags.colons), flags);
    case 'Z':
      return word(time.zone, flags);
    case 'F':
      return again("%Y-%m-%d");
    case 'T':
    case 'X':
      return again("%H:%M:%S");
    case 'R':
      return again("%H:%M");
    case 'r':
      return again("%I:%M:%S %p");
    case 'D':
    case 'x':
      return again("%m/%d/%y");
    case 'c':
      return again("%a %b %e %H:%M:%S %Y");
    case 'v':
      return again("%e-%^b-%Y");
    case 'n':
      return "\n";
    case 't':
      return "\t";
    case '%':
      return "%";
    default:
      return "";
  }
}

}  // namespace

int64_t days_from_civil(int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

bool is_valid_date(int64_t year, int64_t month, int64_t day) {
  if (year < -9999 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return false;
  const YearMonthDay date = from_days(days_from_civil(year, static_cast<int>(month), static_cast<int>(day)));
  return date.month == month && date.day == day;
}

CivilTime civil(const Time& time) {
  CivilTime made = at(time.seconds);
  if (!time.utc) {
    std::tm local{};
    const std::time_t seconds = time.seconds;
    if (localtime_r(&seconds, &local) != nullptr) {
      made = at(time.seconds + local.tm_gmtoff);
      made.offset = static_cast<int>(local.tm_gmtoff);
      made.zone = local.tm_zone ? local.tm_zone : "";
    }
  }
  made.nanosecond = time.nanoseconds;
  return made;
}

CivilTime civil(const Date& date) { return at(date.days * seconds_per_day); }

int64_t seconds_since_1970(const CivilTime& time) {
  return days_from_civil(time.year, time.month, time.day) * seconds_per_day + time.hour * 3600 +
         time.minute * 60 + time.second - time.offset;
}

int iso_week(const CivilTime& time) {
  const int weekday = time.weekday == 0 ? 7 : time.weekday;
  const int week = (time.year_day - weekday + 10) / 7;
  const auto weeks_of = [](int64_t year) {
    const auto last_weekday = [](int64_t one) { return ((days_from_civil(one, 12, 31) + 4) % 7 + 7) % 7; };
    return last_weekday(year) == 4 || last_weekday(year - 1) == 3 ? 53 : 52;
  };
  if (week < 1) return weeks_of(time.year - 1);
  return week > weeks_of(time.year) ? 1 : week;
}

int64_t iso_year(const CivilTime& time) {
  const int week = iso_week(time);
  if (time.month == 1 && week > 50) return time.year - 1;
  return time.month == 12 && week == 1 ? time.year + 1 : time.year;
}

std::string format_time(const CivilTime& time, std::string_view format) {
  constexpr int widest = 1000;
  std::string text;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      text += format[i];
      continue;
    }
    const size_t start = i++;
    Flags flags;
    for (; i < format.size(); ++i) {
      const char c = format[i];
      if (c == '-' || c == '_' || (c == '0' && flags.width < 0))
        flags.padding = c;
      else if (c == '^')
        flags.upper = true;
      else if (c == ':')
        ++flags.colons;
      else if (c >= '0' && c <= '9')
        flags.width = std::min(widest, std::max(flags.width, 0) * 10 + (c - '0'));
      else
        break;
    }
    const std::string made = i < format.size() ? directive(time, format[i], flags) : "";
    text += made.empty() ? std::string(format.substr(start, i + 1 - start)) : made;
  }
  return text;
}

std::string format_time(const Time& time, std::string_view format) {
  return format_time(civil(time), format);
}
std::string format_date(const Date& date, std::string_view format) {
  return format_time(civil(date), format);
}

}  // namespace kamal::erb
