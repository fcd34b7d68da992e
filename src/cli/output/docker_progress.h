#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kamal::cli {

// Bars from what docker prints without a terminal: `docker buildx build` here, `docker pull` on servers.
class DockerProgress {
 public:
  void read_build(std::string_view line);
  void end_build() { vertices_.clear(); }
  void read_pull(std::string_view host, std::string_view line);
  void end_pull() { layers_.clear(); }

  std::vector<std::string> lines() const;

 private:
  struct Transfer {
    double current = 0, total = 0;  // bytes
  };
  struct Vertex {
    std::string name;
    bool ended = false;
    std::map<std::string, Transfer> transfers{};
  };

  static bool read_transfer(Vertex& vertex, const std::string& text);
  std::string build_line() const;
  std::string transfer_line() const;

  std::map<int64_t, Vertex> vertices_;
  int64_t current_ = 0;                 // the last vertex that printed
  std::string activity_;                // of that vertex: "pushing layers"
  std::map<std::string, bool> layers_;  // by host and ID: whether it is complete
};

}  // namespace kamal::cli
