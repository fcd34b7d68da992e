#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "kamal/secrets/adapters.h"
#include "support/secret_fakes.h"

namespace kamal::test {

// One adapter asked once, with scripted programs.
class SecretAdapterTest : public ::testing::Test {
 protected:
  explicit SecretAdapterTest(std::string adapter) : adapter_(std::move(adapter)) {}

  // What `kamal secrets fetch` prints.
  std::string fetch(const SecretRequest& request) {
    return secrets_fetch_json(*make_secret_adapter(adapter_, processes, environment), request);
  }
  std::string error(const SecretRequest& request) {
    return error_of<std::runtime_error>([&] { fetch(request); });
  }

  EnvironmentMap environment;
  ScriptedProcesses processes;

 private:
  std::string adapter_;
};

}  // namespace kamal::test
