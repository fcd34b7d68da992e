#include "cli/secrets/secrets.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/context.h"
#include "kamal/secrets/adapters.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

// The result of `secrets fetch`.
std::string fetch(const Invocation& invocation, const Effects& effects) {
  const Options& options = invocation.options;
  const std::unique_ptr<SecretAdapter> adapter =
      make_secret_adapter(options.text("adapter").value(), effects.processes, effects.environment);
  const SecretRequest request{invocation.arguments, options.text("account"), options.text("from")};
  if (adapter->requires_account() && !request.account)
    throw UsageError("--account is required for this adapter");
  return options.flag("inline") ? secrets_fetch_word(*adapter, request)
                                : secrets_fetch_json(*adapter, request);
}

std::string extract(const Invocation& invocation) {
  return secrets_extract(invocation.arguments.at(0), invocation.arguments.at(1));
}

// A PEM key ends with a line end of its own.
std::string with_line_end(std::string text) {
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

void fetch_secrets(const Invocation& invocation, const Effects& effects) {
  Waits waits(effects.wait_speed);
  const Wait wait(waits, "vault", [&](std::string_view after) {
    if (!invocation.options.flag("quiet"))
      effects.err(fmt::format("Still waiting for the vault after {}\n", after));
  });
  effects.out(with_line_end(fetch(invocation, effects)));
}

void extract_secret(const Invocation& invocation, const Effects& effects) {
  effects.out(with_line_end(extract(invocation)));
}

void print_secrets(Context& context) {
  std::vector<Problem> failures = context.secrets().failures();
  for (const auto& [name, value] : context.secrets().all())
    context.output.raw(with_line_end(fmt::format("{}={}", name, value)));
  if (!failures.empty()) throw ConfigurationError(std::move(failures));
}

std::vector<std::string> adapters() {
  std::vector<std::string> names = secret_adapter_names();
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

std::string run_inline_secrets(const std::vector<std::string>& words, const Effects& effects) {
  std::vector<std::string> line = words;
  line.emplace_back("--inline");
  const Invocation invocation = read_command_line(std::move(line)).invocation();
  if (invocation.path == std::vector<std::string>{"secrets", "fetch"})
    return chomp(fetch(invocation, effects));
  if (invocation.path == std::vector<std::string>{"secrets", "extract"}) return chomp(extract(invocation));
  throw UsageError(fmt::format(
      "A secrets file can't use `kamal {}`, only `secrets fetch` and `secrets extract`", join(words, " ")));
}

std::vector<CommandSpec> secrets_commands() {
  using Kind = OptionSpec::Kind;
  const OptionSpec inlined{.name = "inline", .help = "Called from a secrets file", .hidden = true};
  return {
      {.name = "extract",
       .summary = "Print one secret from `fetch` output",
       .arguments = "[NAME] [SECRETS]",
       .min_args = 2,
       .max_args = 2,
       .options = {inlined},
       .examples = {"kamal secrets extract REGISTRY_PASSWORD \"$SECRETS\""},
       .run = extract_secret},
      {.name = "fetch",
       .summary = "Fetch secrets from a vault, as JSON",
       .arguments = "[SECRETS...]",
       .max_args = any_number,
       .options = {{.name = "adapter",
                    .kind = Kind::text,
                    .short_name = 'a',
                    .help = "Vault type",
                    .placeholder = "NAME",
                    .required = true,
                    .choices = adapters(),
                    .other_values = true},  // other names of theirs; make_secret_adapter() checks them
                   value_option(Kind::text, "--account NAME", "Account or user"),
                   value_option(Kind::text, "--from SOURCE", "Vault, folder or project to read from"),
                   inlined},
       .details =
           "Meant for .kamal/secrets: `SECRETS=$(kamal secrets fetch --adapter 1password --account a --from "
           "Vault/Item KEY)`",
       .examples = {"kamal secrets fetch -a 1password --account acme --from Shop/Prod DB_PASSWORD"},
       .run = fetch_secrets},
      {.name = "print",
       .summary = "Print all secrets in plain text",
       .examples = {"kamal secrets print -d staging"},
       .run = print_secrets},
  };
}

}  // namespace kamal::cli
