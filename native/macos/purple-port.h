#pragma once

#include "private-api.h"

namespace porthole {

/// Turns the simulator by a message to SpringBoard's port. Throws NativeError `no-workspace-port` or
/// `orientation-not-sent`, after at most 0.25 s.
void SendOrientation(id<PrivateSimDevice> device, int orientation);

/// Send right to a service inside the simulator, given back with this object.
class ServicePort {
public:
	/// Throws NativeError `code` when there is no such service; `attempt` is as for `Guarded`.
	ServicePort(id<PrivateSimDevice> device, const char* service, const char* code);
	~ServicePort();
	ServicePort(const ServicePort&) = delete;
	ServicePort& operator=(const ServicePort&) = delete;

	unsigned int name() const { return name_; }

private:
	unsigned int name_;
};

}  // namespace porthole
