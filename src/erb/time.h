#pragma once

#include <string>
#include <string_view>

#include "erb/value.h"

namespace kamal::erb {

struct CivilTime {
  int64_t year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int weekday = 0;   // 0: Sunday
  int year_day = 1;  // 1: the first of January
  int64_t nanosecond = 0;
  int offset = 0;  // seconds east of UTC
  std::string zone = "UTC";
};

CivilTime civil(const Time& time);  // in the local time zone, or UTC
CivilTime civil(const Date& date);
int64_t days_from_civil(int64_t year, int month, int day);
bool is_valid_date(int64_t year, int64_t month, int64_t day);
int64_t seconds_since_1970(const CivilTime& time);

// strftime with Ruby's flags and widths (%-d, %e, %3N, %^b).
std::string format_time(const CivilTime& time, std::string_view format);
std::string format_time(const Time& time, std::string_view format);
std::string format_date(const Date& date, std::string_view format);
int iso_week(const CivilTime& time);
int64_t iso_year(const CivilTime& time);

}  // namespace kamal::erb
