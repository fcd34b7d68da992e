#pragma once

#include <span>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "kamal/erb/template.h"
#include "kamal/support/interruption.h"
#include "kamal/support/process.h"
#include "kamal/support/system.h"
#include "kamal/yaml/value.h"

namespace kamal::test {

// Code, and what Ruby's `inspect` shows of its value.
struct ErbRow {
  const char* code;
  const char* shown;
};

inline std::string template_of(const ErbRow& row) {
  return "<% value = begin\n" + std::string(row.code) + "\nend\n%><%= value.inspect %>";
}

// Without any program: what is rendered was interpreted.
inline std::string interpreted(const std::string& text) {
  TemplateContext context;
  context.environment = {{"PATH", "/nowhere"}};
  try {
    return render_template(text, "deploy.yml", context);
  } catch (const ConfigurationError& error) {
    return error.what();
  }
}

inline void expect_rows(std::span<const ErbRow> rows) {
  for (const ErbRow& row : rows) EXPECT_EQ(interpreted(template_of(row)), row.shown) << row.code;
}

// Asks an installed ruby for the same values, so that the tables stay true.
inline void expect_ruby_agrees(std::span<const ErbRow> rows) {
  // Hashes are shown as Ruby 3.4 does it.
  constexpr const char* script = R"RUBY(
exit 3 unless RUBY_VERSION.match?(/\A3\.[1-4]\./)
%w[json erb yaml date time base64 shellwords].each { |name| require name }
class Hash
  def inspect
    shown = map do |key, value|
      name = key.inspect
      name = key.is_a?(Symbol) ? (name.match?(/\A:\w+[?!]?\z/) ? "#{key}: " : "#{key.to_s.inspect}: ") : "#{name} => "
      name + value.inspect
    end
    "{#{shown.join(", ")}}"
  end
  alias to_s inspect
end
out = STDOUT.dup
STDOUT.reopen(STDERR)
out.write(JSON.generate(JSON.parse(STDIN.read).map { |text|
  begin
    ERB.new(text, trim_mode: "-", eoutvar: "_outer").result(TOPLEVEL_BINDING.dup)
  rescue Exception => error
    error.message
  end
}))
)RUBY";
  nlohmann::json templates = nlohmann::json::array();
  for (const ErbRow& row : rows) templates.push_back(template_of(row));
  const Interruption interruption;
  SystemProcesses processes(interruption);
  Process ruby{.argv = {"ruby", "-W0", "-EUTF-8", "-e", script},
               .env = {},
               .directory = {},
               .input = templates.dump(),
               .timeout = {}};
  const ProcessResult result = processes.run(ruby);
  if (result.status == 127) GTEST_SKIP() << "no ruby is installed";
  if (result.status == 3) GTEST_SKIP() << "this ruby is not of version 3.1 to 3.4";
  ASSERT_EQ(result.status, 0) << result.err;
  const nlohmann::json shown = nlohmann::json::parse(result.out);
  for (size_t i = 0; i < rows.size(); ++i)
    EXPECT_EQ(shown[i].get<std::string>(), rows[i].shown) << rows[i].code;
}

}  // namespace kamal::test
