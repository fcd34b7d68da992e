#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

#include "kamal/support/strings.h"
#include "secrets/vault.h"

namespace kamal {
namespace {

// TITLE or TITLE/LABEL: the titles, each once.
Words titles_of(const Words& names) {
  Words titles;
  for (const std::string& name : names) {
    const size_t slash = name.rfind('/');
    std::string title = name.substr(0, slash);
    if (title.empty()) title = name.substr(slash + 1);
    add_once(titles, title);
  }
  return titles;
}

class Enpass : public VaultAdapter {
 public:
  using VaultAdapter::VaultAdapter;

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

std::unique_ptr<SecretAdapter> enpass_adapter(VaultProgram program) {
  return std::make_unique<Enpass>(std::move(program));
}

namespace {

class LastPass : public VaultAdapter {
 public:
  using VaultAdapter::VaultAdapter;

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
    check_all_found(names, values, "LastPass");
    return values;
  }
};

}  // namespace

std::unique_ptr<SecretAdapter> last_pass_adapter(VaultProgram program) {
  return std::make_unique<LastPass>(std::move(program));
}

namespace {

constexpr std::string_view scheme = "op://";

std::string without_scheme(std::string_view path) {
  if (path.starts_with(scheme)) path.remove_prefix(scheme.size());
  return std::string(path);
}

// Fields of one item, fetched in one call.
struct VaultItem {
  std::string vault, name;
  Words fields;  // none: all of them
};

VaultItem& item_in(std::vector<VaultItem>& items, const std::string& vault, const std::string& name) {
  for (VaultItem& item : items) {
    if (item.vault == vault && item.name == name) return item;
  }
  return items.emplace_back(VaultItem{vault, name, {}});
}

// Kamal queries vault by vault.
std::vector<VaultItem> by_vault(const std::vector<VaultItem>& items) {
  std::vector<VaultItem> sorted;
  for (const VaultItem& first : items) {
    const bool done =
        std::any_of(sorted.begin(), sorted.end(), [&](const VaultItem& i) { return i.vault == first.vault; });
    if (done) continue;
    for (const VaultItem& item : items) {
      if (item.vault == first.vault) sorted.push_back(item);
    }
  }
  return sorted;
}

bool is_variable_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_name_character);
}

class OnePassword : public VaultAdapter {
 public:
  using VaultAdapter::VaultAdapter;

 private:
  void log_in(const SecretRequest& request) override {
    const std::string& account = *request.account;
    if (is_logged_in(account)) return;
    const std::string token = strip(program().output({"signin", "--account", account, "--force", "--raw"},
                                                     "Could not sign in to 1Password"));
    if (token.empty()) return;  // the desktop app has authorized this terminal
    program().set_env("OP_SESSION", token);
    if (is_variable_name(account)) program().set_env("OP_SESSION_" + account, token);
    // Releases of op that do not read the token from the environment need it as an option.
    if (!is_logged_in(account)) session_option_ = token;
  }

  bool is_logged_in(const std::string& account) {
    return program().succeeds({"account", "get", "--account", account});
  }

  SecretValues ask(const SecretRequest& request) override {
    SecretValues values;
    for (const VaultItem& item : items_of(request)) add_fields(read(item, *request.account), values);
    return values;
  }

  static std::vector<VaultItem> items_of(const SecretRequest& request) {
    if (request.names.empty()) {
      const Words parts = path_parts(without_scheme(request.from.value_or("")));
      if (parts.size() < 2)
        throw std::runtime_error("Without names, --from must be VAULT/ITEM for 1Password");
      return {{parts[0], parts[1], {}}};
    }
    std::vector<VaultItem> items;
    for (const std::string& name : names_under(request)) {
      const Words parts = path_parts(without_scheme(name));
      if (parts.size() < 2)
        throw std::runtime_error(name + " must be VAULT/ITEM or VAULT/ITEM/FIELD for 1Password");
      const Words field(parts.begin() + 2, parts.end());
      item_in(items, parts[0], parts[1]).fields.push_back(field.empty() ? "password" : join(field, "."));
    }
    return by_vault(items);
  }

  // A list of fields.
  nlohmann::ordered_json read(const VaultItem& item, const std::string& account) {
    Words words{"item", "get", item.name, "--vault", item.vault, "--format", "json", "--account", account};
    if (session_option_) words.insert(words.end(), {"--session", *session_option_});
    Words labels;
    for (const std::string& field : item.fields) labels.push_back("label=" + field);
    if (!labels.empty()) words.insert(words.end(), {"--fields", join(labels, ",")});
    const std::string what = labels.empty() ? "" : join(item.fields, ", ") + " of ";
    auto answer = program().answer(std::move(words), "Could not read " + what + item.name + " in the vault " +
                                                         item.vault + " of 1Password");
    if (labels.empty()) return answer.at("fields");
    return labels.size() == 1 ? nlohmann::ordered_json::array({std::move(answer)}) : std::move(answer);
  }

  // Under vault/item/field, or vault/item for the password.
  static void add_fields(const nlohmann::ordered_json& fields, SecretValues& values) {
    constexpr std::string_view password = "/password";
    for (const nlohmann::ordered_json& field : fields) {
      const auto reference = text_of(member(field, "reference"));
      if (!reference) continue;
      std::string name = without_scheme(*reference);
      if (name.ends_with(password)) name.resize(name.size() - password.size());
      set_value(values, name, text_of(member(field, "value")));
    }
  }

  std::optional<std::string> session_option_;
};

}  // namespace

std::unique_ptr<SecretAdapter> one_password_adapter(VaultProgram program) {
  return std::make_unique<OnePassword>(std::move(program));
}

}  // namespace kamal
