#include "kamal/secrets/secrets.h"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <tuple>

#include "kamal/support/files.h"
#include "kamal/support/strings.h"
#include "kamal/support/suggestions.h"
#include "secrets/reader.h"

namespace kamal {
namespace {

// Skips a directory of that name, as Kamal does.
bool is_there(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored) && !std::filesystem::is_directory(path, ignored);
}

// Sets a flag while in scope.
class Flag {
 public:
  explicit Flag(bool& flag) : flag_(flag) { flag_ = true; }
  ~Flag() { flag_ = false; }
  Flag(const Flag&) = delete;
  Flag& operator=(const Flag&) = delete;

 private:
  bool& flag_;
};

class FileSecrets : public Secrets {
 public:
  FileSecrets(std::vector<std::string> files, SecretsContext context)
      : files_(std::move(files)), context_(std::move(context)) {}

  std::string get(const std::string& name, const std::string& wanted_by) const override {
    const SecretTable& secrets = table(name);
    if (const std::string* const value = secrets.find(name)) return *value;
    if (const FailedSecret* const failed = secrets.failure(name)) {
      Problem problem = failed->problem;
      if (!wanted_by.empty()) problem.message += " (required by " + wanted_by + ")";
      throw ConfigurationError({std::move(problem)});
    }
    throw ConfigurationError({Problem{{}, wanted_by, missing(name)}});
  }

  bool has(const std::string& name) const override {
    const SecretTable& secrets = table(name);
    return secrets.find(name) != nullptr || secrets.failure(name) != nullptr;
  }

  Mark origin(const std::string& name) const override { return table(name).mark(name); }

  const std::vector<std::pair<std::string, std::string>>& all() const override { return table("").entries(); }

  std::vector<Problem> failures() const override {
    std::vector<Problem> problems;
    for (const auto& [name, failed] : table(std::nullopt).failures()) problems.push_back(failed.problem);
    std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
      return std::tie(a.mark.file, a.mark.line) < std::tie(b.mark.file, b.mark.line);
    });
    return problems;
  }

 private:
  // Commands in the files may prompt: one thread reads, once, while the others wait. Failures are kept.
  // `wanted` is the name whose failure the caller reports; nothing if it reports them all.
  const SecretTable& table(const std::optional<std::string>& wanted) const {
    const std::lock_guard lock(mutex_);
    if (failure_) throw ConfigurationError(*failure_);
    if (reading_) throw ConfigurationError("circular reference: a secrets file command reads these secrets");
    if (!table_) {
      const Flag reading(reading_);
      try {
        table_ = read_all();
        report_values();
        if (wanted) warn_of_failures(*wanted);
      } catch (const ConfigurationError& error) {
        failure_ = error.problems().empty() ? std::vector{Problem{{}, "", error.what()}} : error.problems();
        throw;
      }
    }
    return *table_;
  }

  SecretTable read_all() const {
    SecretTable merged;
    for (const std::string& file : files_) {
      if (!is_there(file)) continue;
      merged.merge(read_secrets(text_of(file), file, context_, merged));
    }
    return merged;
  }

  void report_values() const {
    if (!context_.resolved) return;
    for (const auto& [name, value] : table_->entries()) context_.resolved(value);
  }

  void warn_of_failures(const std::string& wanted) const {
    if (!context_.warn) return;
    const FailedSecret* const reported = table_->failure(wanted);
    const std::string cause = reported ? reported->cause.value_or(wanted) : "";
    for (const auto& [name, failed] : table_->failures()) {
      if (failed.cause || name == cause) continue;
      context_.warn(failed.problem.text() + " (an error only if this secret is required)");
    }
  }

  static std::string text_of(const std::string& file) {
    try {
      return read_file(file);
    } catch (const FileError& error) {
      throw ConfigurationError(error.what());
    }
  }

  std::string missing(const std::string& name) const {
    std::vector<std::string> there, not_there;
    for (const std::string& file : files_) (is_there(file) ? there : not_there).push_back(file);
    if (there.empty())
      return "secret " + name + " not found: no secrets file (looked for " + to_sentence(not_there, "and") +
             ")";
    std::string text = "secret " + name + " not found in " + to_sentence(there);
    if (!not_there.empty()) text += "; missing: " + to_sentence(not_there, "and");
    std::vector<std::string> names;
    for (const auto& [known, value] : table_->entries()) names.push_back(known);
    for (const auto& [known, failed] : table_->failures()) names.push_back(known);
    return text + suggestion(name, names);
  }

  std::vector<std::string> files_;
  SecretsContext context_;
  mutable std::recursive_mutex mutex_;
  mutable bool reading_ = false;
  mutable std::optional<SecretTable> table_;
  mutable std::optional<std::vector<Problem>> failure_;
};

}  // namespace

std::unique_ptr<Secrets> open_secrets(const std::string& secrets_path,
                                      const std::optional<Destination>& destination, SecretsContext context) {
  std::string own = secrets_path;
  if (destination) own += "." + destination->str();
  return std::make_unique<FileSecrets>(std::vector{secrets_path + "-common", std::move(own)},
                                       std::move(context));
}

std::string required_secret(const Secrets& secrets, const std::string& name, const std::string& wanted_by) {
  std::string value = secrets.get(name, wanted_by);
  if (!strip(value).empty()) return value;
  throw ConfigurationError(
      {Problem{secrets.origin(name), wanted_by,
               "secret " + name +
                   " is empty (set it in the secrets file, or the variable or command it comes from)"}});
}

}  // namespace kamal
