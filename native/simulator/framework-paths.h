#pragma once

#include <string>
#include <vector>

namespace porthole {

// Where the private frameworks may be, best place first. `developer_dir` is what `xcode-select -p` says.

/// Installed for the whole machine by Xcode's first launch.
std::vector<std::string> CoreSimulatorPaths(const std::string& developer_dir);

/// Inside Xcode: from 27 on beside the developer folder, up to 26 in it.
std::vector<std::string> SimulatorKitPaths(const std::string& developer_dir);

}  // namespace porthole
