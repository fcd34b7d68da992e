#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "cli/app/fleet.h"
#include "cli/context.h"

namespace kamal::cli {

// The boot of a role on a host.
struct BootRecord {
  Host host{};
  const config::Role* role = nullptr;
  Version version{};                    // that boots
  std::optional<Version> old{};         // that ran before, under its current name
  std::optional<Version> renamed_to{};  // new name of the container renamed to make room, if any
  // serving: the new container is healthy and gets any requests; the old one is being stopped.
  enum class Progress { begun, serving, done };
  Progress progress = Progress::begun;

  Place place() const { return {host, role->name}; }
  std::string text() const;  // web on 1.1.1.1
};

// How far the boots of a run got. Written by their threads; read after they have ended.
class BootJournal {
 public:
  // Called before a boot changes anything on its host, and again when more is known.
  void record(const BootRecord& record);
  void set(const Place& place, BootRecord::Progress progress);

  std::vector<BootRecord> unfinished() const;  // not done
  std::vector<BootRecord> switched() const;    // serving or done

 private:
  std::vector<BootRecord> all_but(BootRecord::Progress progress) const;

  mutable std::mutex mutex_;
  std::map<Place, BootRecord> records_;
};

// After a signal, returns hosts to where they began: stops a new container that does not serve yet, and gives
// the one that had its name that name back. If it serves, finishes its boot. Takes 10 s at most, on all hosts
// at once; reports what could not be undone.
void undo_unfinished_boots(Context& context, BootJournal& journal);

// Where the new version serves, starts the old one again, routes requests to it and stops the new one.
// Reports what could not be rolled back.
void roll_back_switched_boots(Context& context, const BootJournal& journal);

}  // namespace kamal::cli
