#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "native-error.h"

namespace porthole {

class SimulatorDevices;

/// `NativeSimulator` of `server/native/addon.ts`.
struct Simulator {
	std::string udid;
	std::string name;
	std::string runtime;
	std::string state;
	std::string type_name;
	std::string type_identifier;
	std::string type_bundle_path;
	/// Pixels, upright.
	int width = 0;
	int height = 0;
	/// Pixels a point.
	double scale = 1;
};

/// The simulators of one device set. Compiled, linked and checked against Apple's declarations; not yet run on a Mac.
/// All errors are NativeErrors; what CoreSimulator raises is `framework-exception`.
class SimulatorSet {
public:
	/// With nothing when it went well. Called once, on another thread.
	using Done = std::function<void(const std::optional<NativeError>&)>;

	/// `on_change` is called on another thread, never after `Close`.
	SimulatorSet(const std::string& developer_dir, const std::optional<std::string>& device_set,
		std::function<void()> on_change);
	~SimulatorSet();
	SimulatorSet(const SimulatorSet&) = delete;
	SimulatorSet& operator=(const SimulatorSet&) = delete;

	std::vector<Simulator> List() const;

	/// Starts it so that it outlives this process; ends with `wrong-state`, `unknown-simulator` or `boot-failed`.
	void Boot(const std::string& udid, Done done);

	/// Ends with `wrong-state`, `unknown-simulator` or `shutdown-failed`.
	void Shutdown(const std::string& udid, Done done);

	/// UIDeviceOrientation 1 to 4. Throws `no-workspace-port` or `orientation-not-sent`; waits for at most 0.25 s.
	void SetOrientation(const std::string& udid, int orientation) const;

	/// Posts a Darwin notification inside. Throws `notification-not-posted`.
	void Notify(const std::string& udid, const std::string& name) const;

	/// Boots and shutdowns that run go on and call their `done`.
	void Close();

	const SimulatorDevices& devices() const;

private:
	struct State;
	std::shared_ptr<State> state_;
};

}  // namespace porthole
