#include <nlohmann/json.hpp>

#include <stdexcept>

#include "kamal/support/strings.h"
#include "secrets/vault.h"

namespace kamal {
namespace {

struct Item {
  std::string name;
  std::vector<std::optional<std::string>> fields;  // nullopt: the item itself
};

std::vector<Item> items_of(const Words& names) {
  std::vector<Item> items;
  for (const std::string& name : names) {
    const Words parts = path_parts(name);
    if (parts.empty()) throw std::runtime_error("Bitwarden: missing item name");
    auto known = std::ranges::find(items, parts[0], &Item::name);
    if (known == items.end()) known = items.insert(items.end(), Item{parts[0], {}});
    known->fields.push_back(parts.size() > 1 ? std::optional(parts[1]) : std::nullopt);
  }
  return items;
}

class Bitwarden : public VaultAdapter {
 public:
  using VaultAdapter::VaultAdapter;

 private:
  void log_in(const SecretRequest& request) override {
    std::string state = status();
    if (state == "unauthenticated") {
      program().run({"login", *request.account});
      state = status();
    }
    if (state == "locked") {
      const std::string session = strip(program().run({"unlock", "--raw"}).out);
      if (!session.empty()) program().set_env("BW_SESSION", session);
      state = status();
    }
    if (state != "unlocked") throw std::runtime_error("Could not log in to Bitwarden and unlock it");
    program().output({"sync"}, "Could not sync Bitwarden");
  }

  std::string status() {
    const auto answer = program().parse(program().run({"status"}).out);
    return text_of(member(answer, "status")).value_or("");
  }

  SecretValues ask(const SecretRequest& request) override {
    SecretValues values;
    for (const Item& item : items_of(names_under(request))) {
      const auto answer =
          program().answer({"get", "item", item.name}, "Could not read " + item.name + " from Bitwarden");
      for (const auto& field : item.fields) {
        if (field) {
          add_field(item.name, *field, answer, values);
        } else {
          add_whole(item.name, answer, values);
        }
      }
    }
    return values;
  }

  static void add_field(const std::string& item, const std::string& field,
                        const nlohmann::ordered_json& answer, SecretValues& values) {
    for (const auto& known : member(answer, "fields")) {
      if (text_of(member(known, "name")) != field) continue;
      return set_value(values, item + "/" + field, text_of(member(known, "value")));
    }
    throw std::runtime_error("The item " + item + " in Bitwarden has no field " + field);
  }

  // The password of a login, else every field.
  static void add_whole(const std::string& item, const nlohmann::ordered_json& answer, SecretValues& values) {
    const auto& password = member(member(answer, "login"), "password");
    if (!password.is_null()) return set_value(values, item, text_of(password));
    const auto& fields = member(answer, "fields");
    if (!fields.is_array() || fields.empty())
      throw std::runtime_error("The item " + item + " in Bitwarden is not a login and has no fields");
    for (const auto& field : fields) {
      const auto name = text_of(member(field, "name"));
      set_value(values, item + "/" + name.value_or(""), text_of(member(field, "value")));
    }
  }
};

}  // namespace

std::unique_ptr<SecretAdapter> bitwarden_adapter(VaultProgram program) {
  return std::make_unique<Bitwarden>(std::move(program));
}

namespace {

constexpr std::string_view all = "all";
constexpr std::string_view all_of_project = "/all";

class BitwardenSecretsManager : public VaultAdapter {
 public:
  using VaultAdapter::VaultAdapter;

 private:
  void log_in(const SecretRequest&) override {
    program().output({"project", "list"},
                     "Could not log in to Bitwarden Secrets Manager (check the access token)");
  }

  SecretValues ask(const SecretRequest& request) override {
    const Words names = names_under(request);
    if (names.empty())
      throw std::runtime_error("Bitwarden Secrets Manager: no secrets given (use all, PROJECT/all or IDs)");
    SecretValues values;
    if (names.size() == 1 && names[0] == all) {
      add_list({"secret", "list"}, values);
    } else if (names.size() == 1 && names[0].ends_with(all_of_project)) {
      add_list({"secret", "list", names[0].substr(0, names[0].find(all_of_project))}, values);
    } else {
      for (const std::string& id : names) {
        add(program().answer({"secret", "get", id},
                             "Could not read " + id + " from Bitwarden Secrets Manager"),
            values);
      }
    }
    return values;
  }

  void add_list(Words words, SecretValues& values) {
    const auto items = program().answer(std::move(words), "Could not read from Bitwarden Secrets Manager");
    for (const auto& item : items) add(item, values);
  }

  static void add(const nlohmann::ordered_json& item, SecretValues& values) {
    set_value(values, item.at("key").get<std::string>(), text_of(member(item, "value")));
  }
};

}  // namespace

std::unique_ptr<SecretAdapter> bitwarden_secrets_manager_adapter(VaultProgram program) {
  return std::make_unique<BitwardenSecretsManager>(std::move(program));
}

}  // namespace kamal
