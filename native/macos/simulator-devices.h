#pragma once

#import <Foundation/Foundation.h>

#include <optional>
#include <string>

#include "private-api.h"
#include "private-frameworks.h"

namespace porthole {

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
