#pragma once

#import <Foundation/Foundation.h>

#include <string>

#include "exception-guard.h"
#include "private-api.h"
#include "private-frameworks.h"

namespace porthole {

enum class DeviceState : unsigned long long { kCreating = 0, kShutdown = 1, kBooting = 2, kBooted = 3, kShuttingDown = 4 };

/// In CoreSimulator's words; unknown states are told as `Creating`: nothing can be done with them.
inline std::string TextOf(DeviceState state) {
	switch (state) {
		case DeviceState::kCreating: break;
		case DeviceState::kShutdown: return "Shutdown";
		case DeviceState::kBooting: return "Booting";
		case DeviceState::kBooted: return "Booted";
		case DeviceState::kShuttingDown: return "ShuttingDown";
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
	throw NativeError("wrong-state", "The simulator cannot be " + attempt + ": its state is " + TextOf(state) + ", not " +
		TextOf(wanted) + ".");
}

}  // namespace porthole
