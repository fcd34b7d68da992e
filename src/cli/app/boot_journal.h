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
  std::optional<Version> old{};         // that ran before, under its present name
  std::optional<Version> renamed_to{};  // the name of the container that made room, if one did
  // Serving: the new container is healthy and gets the requests, if any; the old one is told to stop.
  enum class Progress { begun, serving, done };
  Progress progress = Progress::begun;

  Place place() const { return {host, role->name}; }
  std::string text() const;  // web on 1.1.1.1
};

// How far the boots of a run came. Their threads write it; it is read once they have ended.
class BootJournal {
 public:
  // Before a boot changes anything on its host, and again once more is known.
  void record(const BootRecord& record);
  void set(const Place& place, BootRecord::Progress progress);

  std::vector<BootRecord> unfinished() const;  // not done
  std::vector<BootRecord> switched() const;    // serving or done

 private:
  std::vector<BootRecord> all_but(BootRecord::Progress progress) const;

  mutable std::mutex mutex_;
  std::map<Place, BootRecord> records_;
};

// After a signal, hosts end where they began: a new container that does not serve yet is stopped and makes
// room for the one that had its name. Where it serves, its boot is finished. Takes 10 s at most, on all hosts
// at once; says what could not be undone.
void undo_unfinished_boots(Context& context, BootJournal& journal);

// Where the new version serves, the old one is started again, gets the requests and the new one is stopped.
// Says what could not be rolled back.
void roll_back_switched_boots(Context& context, const BootJournal& journal);

}  // namespace kamal::cli
