#pragma once

#include <string>
#include <vector>

namespace porthole {

/// `SimulatorProbe` of `server/native/addon.ts`.
struct SimulatorProbe {
	const char* group;
	std::string name;
	bool found;
	std::string detail;
};

/// Looks up every private name of this addon, without using any, and has VideoToolbox code one frame.
std::vector<SimulatorProbe> ProbeSimulators(const std::string& developer_dir);

}  // namespace porthole
