#include "simulator/framework-paths.h"

namespace porthole {

namespace {

std::string WithoutSlashes(std::string path) {
	while (path.size() > 1 && path.back() == '/') path.pop_back();
	return path;
}

std::string Binary(const std::string& folder, const std::string& name) {
	return folder + "/" + name + ".framework/" + name;
}

}  // namespace

std::vector<std::string> CoreSimulatorPaths(const std::string& developer_dir) {
	return {
		Binary("/Library/Developer/PrivateFrameworks", "CoreSimulator"),
		Binary(WithoutSlashes(developer_dir) + "/Library/PrivateFrameworks", "CoreSimulator"),
	};
}

std::vector<std::string> SimulatorKitPaths(const std::string& developer_dir) {
	const std::string developer = WithoutSlashes(developer_dir);
	const std::string contents = developer.substr(0, developer.rfind('/'));
	return {
		Binary(contents + "/SharedFrameworks", "SimulatorKit"),
		Binary(developer + "/Library/PrivateFrameworks", "SimulatorKit"),
	};
}

}  // namespace porthole
