#include <fmt/format.h>

#include <map>

#include "cli/report/page.css.h"
#include "cli/report/page.html.h"
#include "cli/report/page.js.h"
#include "cli/report/report.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

std::string escaped_html(std::string_view text) {
  return replace_all(replace_all(replace_all(text, "&", "&amp;"), "<", "&lt;"), "\"", "&quot;");
}

// JSON that can't end its <script> element, nor start a comment there, nor break a line of JavaScript.
std::string escaped_json(std::string_view json) {
  std::string text(json);
  for (const auto& [character, escape] : std::map<std::string_view, std::string_view>{{"<", "\\u003c"},
                                                                                      {">", "\\u003e"},
                                                                                      {"&", "\\u0026"},
                                                                                      {"\u2028", "\\u2028"},
                                                                                      {"\u2029", "\\u2029"}})
    text = replace_all(text, character, escape);
  return text;
}

// Replaces {{name}}. Values are not searched: they may contain such text.
std::string filled(std::string_view page, const std::map<std::string_view, std::string>& values) {
  std::string text;
  for (size_t begin; (begin = page.find("{{")) != std::string_view::npos;) {
    const size_t end = page.find("}}", begin);
    text += page.substr(0, begin);
    text += values.at(page.substr(begin + 2, end - begin - 2));
    page.remove_prefix(end + 2);
  }
  return text.append(page);
}

}  // namespace

std::string report_page(const Report& report, std::string_view nonce) {
  return filled(
      page_html,
      {{"title", escaped_html(fmt::format("{}: {}", report.command, report.service.value_or("no service")))},
       {"nonce", std::string(nonce)},
       {"style", std::string(page_css)},
       {"script", std::string(page_js)},
       {"report", escaped_json(report_json(report))}});
}

}  // namespace kamal::cli
