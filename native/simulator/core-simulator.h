#pragma once

#import <Foundation/Foundation.h>
#include <mach/mach.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "simulator/objective-c.h"
#include "simulator/private-api.h"
#include "simulator/private-frameworks.h"

namespace porthole {

enum class DeviceState : unsigned long long {
	kCreating = 0,
	kShutdown = 1,
	kBooting = 2,
	kBooted = 3,
	kShuttingDown = 4
};

/// In CoreSimulator's words; unknown states are told as `Creating`: nothing can be done with them.
inline std::string TextOf(DeviceState state) {
	switch (state) {
		case DeviceState::kCreating:
			break;
		case DeviceState::kShutdown:
			return "Shutdown";
		case DeviceState::kBooting:
			return "Booting";
		case DeviceState::kBooted:
			return "Booted";
		case DeviceState::kShuttingDown:
			return "ShuttingDown";
	}
	return "Creating";
}

inline DeviceState StateOf(id<PrivateSimDevice> device) {
	RequireSelector(device, PrivateSelector::kState);
	return Guarded("framework-exception", "reading a simulator's state",
		[&] { return static_cast<DeviceState>([device state]); });
}

/// Throws NativeError `wrong-state` when the simulator is in another state.
inline void RequireState(id<PrivateSimDevice> device, DeviceState wanted, const std::string& attempt) {
	const DeviceState state = StateOf(device);
	if (state == wanted) return;
	throw NativeError("wrong-state",
		"The simulator cannot be " + attempt + ": its state is " + TextOf(state) + ", not " + TextOf(wanted) + ".");
}

/// A send right to a service inside a simulator, which whoever asks has to give back. Throws NativeError `code` when there
/// is none; `service` is its name in the simulator's bootstrap.
mach_port_t LookUpService(id<PrivateSimDevice> device, const char* service, const char* code);

/// What CoreSimulator tells of changes of a device set or of a device. Not for proxies.
class ChangeNotices {
public:
	/// `on_change` is called on a queue of its own until `Close` or the destructor return. Throws NativeError
	/// `framework-exception`.
	ChangeNotices(id<PrivateSimDeviceNotifier> notifier, std::function<void()> on_change);
	~ChangeNotices() { Close(); }
	ChangeNotices(const ChangeNotices&) = delete;
	ChangeNotices& operator=(const ChangeNotices&) = delete;

	/// Not from within `on_change`.
	void Close();

private:
	struct Listener;
	id<PrivateSimDeviceNotifier> notifier_;
	dispatch_queue_t queue_;
	std::shared_ptr<Listener> listener_;
	unsigned long long registration_ = 0;
};

/// One device set of CoreSimulator, in Objective-C's own objects. Any thread.
class SimulatorDevices {
public:
	/// Throws NativeError `core-simulator-missing`, `class-missing`, `selector-missing`, `no-service-context`,
	/// `no-device-set` or `framework-exception`.
	SimulatorDevices(const std::string& developer_dir, const std::optional<std::string>& device_set);

	const PrivateFrameworks& frameworks() const { return frameworks_; }
	id<PrivateSimDeviceSet> set() const { return set_; }

	NSArray* All() const;

	/// Throws NativeError `unknown-simulator`.
	id<PrivateSimDevice> Find(const std::string& udid) const;

private:
	PrivateFrameworks frameworks_;
	id<PrivateSimDeviceSet> set_;
};

}  // namespace porthole
