#include "kamal/config/documentation.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "config/schema/describe.h"
#include "config/schema/table.h"
#include "config_fixture.h"
#include "support/committed_document.h"
#include "support/there.h"

// One table makes validation, `kamal docs`, docs/configuration.md and docs/deploy.schema.json.
namespace kamal::config {
namespace {

using schema::Key;
using schema::Section;
using test::expect_committed;
using test::Words;

TEST(Schema, ConfigurationReferenceIsUpToDate) {
  expect_committed("configuration.md", configuration_reference());
}

TEST(Schema, JsonSchemaIsUpToDate) { expect_committed("deploy.schema.json", json_schema()); }

TEST(Schema, HasEverySectionOfKamalAndOurs) {
  EXPECT_EQ(documentation_sections(),
            (Words{"accessory", "alias", "boot", "builder", "configuration", "env", "logging", "output",
                   "proxy", "registry", "role", "servers", "ssh", "sshkit", "x-kamal"}));
}

TEST(Schema, DocumentsTheWholeFileByDefault) {
  EXPECT_EQ(documentation(std::nullopt), documentation("configuration"));
  EXPECT_EQ(documentation("Proxy"), documentation("proxy"));
}

TEST(Schema, RejectsUnknownSections) {
  try {
    documentation("traefik");
    FAIL();
  } catch (const ConfigurationError& error) {
    EXPECT_STREQ(error.what(),
                 "No documentation for \"traefik\" (available: accessory, alias, boot, builder, "
                 "configuration, env, logging, "
                 "output, proxy, registry, role, servers, ssh, sshkit, x-kamal)");
  }
}

TEST(Schema, DocumentsSectionsAsCommentedYaml) {
  const std::string boot = documentation("boot");
  EXPECT_EQ(boot.substr(0, 2), "# ");
  EXPECT_NE(boot.find("\nboot:\n"), std::string::npos);
  EXPECT_NE(boot.find("\n  limit: 25%\n"), std::string::npos);
  EXPECT_TRUE(test::yaml_value(boot).has("boot"));
}

TEST(Schema, SaysWhichValuesAreSafeToShow) {
  using schema::is_public;
  EXPECT_TRUE(is_public({"service"}));
  EXPECT_TRUE(is_public({"servers", "-"}));
  EXPECT_TRUE(is_public({"servers", "-", "192.0.2.1"}));
  EXPECT_TRUE(is_public({"servers", "web", "hosts", "-"}));
  EXPECT_TRUE(is_public({"servers", "web", "cmd"}));
  EXPECT_TRUE(is_public({"proxy", "healthcheck", "path"}));
  EXPECT_TRUE(is_public({"accessories", "db", "image"}));
  EXPECT_TRUE(is_public({"accessories", "db", "files", "-", "local"}));
  EXPECT_TRUE(is_public({"aliases", "console"}));
  EXPECT_TRUE(is_public({"boot"}));
  EXPECT_TRUE(is_public({"proxy", "ssl"}));
}

TEST(Schema, SaysWhichValuesMayBeSecret) {
  using schema::is_public;
  EXPECT_FALSE(is_public({"registry", "password"}));
  EXPECT_FALSE(is_public({"registry", "password", "-"}));
  EXPECT_FALSE(is_public({"registry"}));
  EXPECT_FALSE(is_public({"env", "A"}));
  EXPECT_FALSE(is_public({"env", "clear", "A"}));
  EXPECT_FALSE(is_public({"servers", "web", "env", "clear", "A"}));
  EXPECT_FALSE(is_public({"accessories", "db", "env", "A"}));
  EXPECT_FALSE(is_public({"accessories", "db", "registry", "password"}));
  EXPECT_FALSE(is_public({"builder", "args", "A"}));
  EXPECT_FALSE(is_public({"ssh", "key_data", "-"}));
  EXPECT_FALSE(is_public({"proxy", "ssl", "private_key_pem"}));
}

TEST(Schema, TakesValuesOfUnknownKeysForSecret) {
  using schema::is_public;
  EXPECT_FALSE(is_public({}));
  EXPECT_FALSE(is_public({"x-common", "A"}));
  EXPECT_FALSE(is_public({"registry", "passwrod"}));
  EXPECT_FALSE(is_public({"servers", "web", "evn", "A"}));
  EXPECT_FALSE(is_public({"service", "A"}));
  EXPECT_FALSE(is_public({"volumes", "A"}));
}

// All sections, those that are parts of others, too.
void collect(const Section& section, std::set<const Section*>& known) {
  if (!known.insert(&section).second) return;
  for (const Key& key : section.keys) {
    for (const schema::Shape* shape = &key.shape; shape;
         shape = shape->items ? shape->items : shape->entries) {
      if (shape->section) collect(shape->section(), known);
    }
  }
}

std::set<const Section*> all_sections() {
  std::set<const Section*> known;
  for (const Section* section : schema::sections()) collect(*section, known);
  return known;
}

TEST(Schema, EveryKeyHasTextAndExample) {
  for (const Section* section : all_sections()) {
    for (const Key& key : section->keys) {
      const std::string name = std::string(section->path) + "/" + std::string(key.name);
      EXPECT_FALSE(key.text.empty()) << name;
      EXPECT_TRUE(key.text.ends_with('.')) << name;
      EXPECT_TRUE(!key.example.empty() || schema::part_of(key)) << name;
    }
  }
}

TEST(Schema, EveryKeyIsInTheDocuments) {
  const std::string reference = configuration_reference();
  const auto json = nlohmann::json::parse(json_schema());
  for (const Section* section : schema::sections()) {
    const std::string text = documentation(std::string(section->name));
    for (const Key& key : section->keys) {
      const std::string name(key.name);
      EXPECT_NE(text.find(name + ":"), std::string::npos) << section->name << " " << name;
      const std::string path = section->path.empty() ? name : std::string(section->path) + "/" + name;
      EXPECT_NE(reference.find("#### `" + path + "`"), std::string::npos) << path;
      const auto& home = section->path.empty() ? json : json["definitions"][std::string(section->name)];
      EXPECT_TRUE(home["properties"].contains(name)) << path;
    }
  }
}

// An example of each key, on top of a small configuration, passes validation: the table agrees with itself.
Words problems_with_example(const Section& section, const Key& key) {
  std::string yaml = schema::below_path(section.path, schema::example_of(key));
  Value raw = test::yaml_value(
      "service: shop\nimage: acme/shop\nservers: { web: [ a ], jobs: [ { b: canary } ], api: [ { c: eu } ] "
      "}\n"
      "registry: { username: robot, password: sesame }\n"
      "builder: { arch: amd64, remote: 'ssh://b' }\nproxy: { host: shop.test }\naccessories: {}\n");
  if (section.name == "accessory") {
    const bool place = key.name == "host" || key.name == "hosts" || key.name == "role" ||
                       key.name == "roles" || key.name == "tag" || key.name == "tags";
    if (key.name != "image") yaml += "    image: x\n";
    if (!place) yaml += "    host: h\n";
  }
  if (section.name == "role" && key.name != "hosts") yaml += "    hosts: [ b ]\n";
  if (key.name == "hosts" && section.name == "proxy") raw.set("proxy", Value(Value::Type::map, {}));
  LoadOptions options;
  options.destination = Destination("eu");
  return test::problems_of(deep_merge(raw, test::yaml_value(yaml)), options);
}

TEST(Schema, EveryExampleIsValid) {
  for (const Section* section : schema::sections()) {
    for (const Key& key : section->keys) {
      if (schema::part_of(key)) continue;
      EXPECT_EQ(problems_with_example(*section, key), Words()) << section->name << "/" << key.name;
    }
  }
}

TEST(Schema, ExamplesOfWholeSectionsAreValid) {
  for (const Section* section : {&schema::servers(), &schema::env(), &schema::alias()}) {
    const std::string yaml = schema::below_path(section->path, section->example);
    EXPECT_EQ(test::problems_with(yaml), Words()) << section->name;
  }
}

TEST(Schema, PartsOfSectionsHaveValidExamples) {
  for (const char* name : {"proxy", "builder", "output"}) {
    const Value whole = test::yaml_value(documentation(std::string(name)));
    for (const auto& [key, value] : test::there(whole.find(name)).map()) {
      if (!value.is_map()) continue;
      Value raw = test::with("servers: [ a ]");
      Value part(Value::Type::map, {});
      part.set(key, value);
      Value section(Value::Type::map, {});
      section.set(name, part);
      for (const std::string& problem : test::problems_of(deep_merge(raw, section))) {
        // The examples of proxy/run show ports and how to close them.
        EXPECT_NE(problem.find("publish: false"), std::string::npos) << problem;
      }
    }
  }
}

TEST(Schema, JsonSchemaHasTypesChoicesAndExtensions) {
  const auto json = nlohmann::json::parse(json_schema());
  EXPECT_EQ(json["additionalProperties"], false);
  EXPECT_TRUE(json["patternProperties"].contains("^x-"));
  EXPECT_EQ(json["properties"]["retain_containers"]["type"], "integer");
  EXPECT_EQ(json["properties"]["retain_containers"]["minimum"], 1);
  EXPECT_EQ(json["properties"]["service"]["type"], nlohmann::json({"string", "number", "boolean"}));
  EXPECT_EQ(json["properties"]["proxy"]["anyOf"][0]["$ref"], "#/definitions/proxy");
  EXPECT_EQ(json["definitions"]["builder"]["properties"]["cache"]["properties"]["type"]["enum"][0], "gha");
  EXPECT_EQ(json["definitions"]["accessory"]["required"], nlohmann::json({"image"}));
}

TEST(Schema, JsonSchemaReferencesAreDefined) {
  const std::string text = json_schema();
  const auto json = nlohmann::json::parse(text);
  const std::string start = "#/definitions/";
  for (size_t at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) {
    const size_t name = at + start.size();
    EXPECT_TRUE(json["definitions"].contains(text.substr(name, text.find('"', name) - name)));
  }
}

}  // namespace
}  // namespace kamal::config
