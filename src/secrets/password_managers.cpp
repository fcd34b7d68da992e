#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

#include "kamal/support/strings.h"
#include "secrets/vault.h"

namespace kamal {
namespace {

bool contains(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// TITLE or TITLE/LABEL: the titles, each once.
Words titles_of(const Words& names) {
  Words titles;
  for (const std::string& name : names) {
    const size_t slash = name.rfind('/');
    std::string title = name.substr(0, slash);
    if (title.empty()) title = name.substr(slash + 1);
    if (!contains(titles, title)) titles.push_back(title);
  }
  return titles;
}

class Enpass : public VaultAdapter {
 public:
  Enpass(Processes& processes, const EnvironmentMap& environment)
      : VaultAdapter("Enpass", VaultProgram("enpass-cli", processes, environment)) {}

  bool requires_account() const override { return false; }

 private:
  bool installed() override { return program().succeeds({"version"}); }

  SecretValues ask(const SecretRequest& request) override {
    if (!request.from) throw std::runtime_error("Enpass requires --from FOLDER");
    const Words titles = titles_of(request.names);
    Words words{"-json", "-vault", *request.from, "show"};
    words.insert(words.end(), titles.begin(), titles.end());
    const auto items = program().answer(
        std::move(words), "Could not read " + join(titles, ", ") + " from the Enpass vault " + *request.from);
    SecretValues values;
    for (const auto& item : items) add(item, request.names, values);
    return values;
  }

  static void add(const nlohmann::ordered_json& item, const Words& wanted, SecretValues& values) {
    const auto title = text_of(member(item, "title"));
    const std::string label = text_of(member(item, "label")).value_or("");
    const auto password = text_of(member(item, "password"));
    if (!title || strip(password.value_or("")).empty()) return;
    const std::string name = title->empty() || label.empty() ? *title + label : *title + "/" + label;
    if (!contains(wanted, *title) && !contains(wanted, name)) return;
    const auto is_it = [&](const auto& entry) { return entry.first == name; };
    if (std::any_of(values.begin(), values.end(), is_it))
      throw std::runtime_error("Enpass has " + name + " more than once");
    set_value(values, name, password);
  }
};

}  // namespace

std::unique_ptr<SecretAdapter> enpass_adapter(Processes& processes, const EnvironmentMap& environment) {
  return std::make_unique<Enpass>(processes, environment);
}

namespace {

class LastPass : public VaultAdapter {
 public:
  LastPass(Processes& processes, const EnvironmentMap& environment)
      : VaultAdapter("LastPass", VaultProgram("lpass", processes, environment)) {}

 private:
  void log_in(const SecretRequest& request) override {
    const std::string status = strip(program().run({"status", "--color", "never"}).out);
    if (status == "Logged in as " + *request.account + ".") return;
    program().log_in({"login", *request.account}, "Could not log in to LastPass");
  }

  SecretValues ask(const SecretRequest& request) override {
    const Words names = names_under(request);
    Words words = names;
    words.insert(words.begin(), "show");
    words.push_back("--json");
    const auto items =
        program().answer(std::move(words), "Could not read " + join(names, ", ") + " from LastPass");
    SecretValues values;
    for (const auto& item : items) {
      set_value(values, item.at("fullname").get<std::string>(), text_of(member(item, "password")));
    }
    check_all_found(names, values);
    return values;
  }

  static void check_all_found(const Words& names, const SecretValues& values) {
    Words missing;
    for (const std::string& name : names) {
      const auto is_it = [&](const auto& entry) { return entry.first == name; };
      if (std::none_of(values.begin(), values.end(), is_it)) missing.push_back(name);
    }
    if (!missing.empty()) throw std::runtime_error("LastPass has no " + join(missing, ", "));
  }
};

}  // namespace

std::unique_ptr<SecretAdapter> last_pass_adapter(Processes& processes, const EnvironmentMap& environment) {
  return std::make_unique<LastPass>(processes, environment);
}

}  // namespace kamal
