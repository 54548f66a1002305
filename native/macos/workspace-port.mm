#include "workspace-port.h"

#include <mach/mach.h>
#include <mach/mach_error.h>

#include <string>

#include "native-error.h"
#include "orientation-message.h"
#include "service-port.h"

namespace porthole {

namespace {

/// A message takes some milliseconds; the port is full only where SpringBoard does not read it any more.
constexpr mach_msg_timeout_t kSendTimeoutMs = 250;

}  // namespace

void SendOrientation(id<PrivateSimDevice> device, int orientation) {
	const mach_port_t port = LookUpService(device, "PurpleWorkspacePort", "no-workspace-port");
	OrientationMessage message = MakeOrientationMessage(port, orientation);
	const kern_return_t result = mach_msg(reinterpret_cast<mach_msg_header_t*>(message.bytes.data()),
		MACH_SEND_MSG | MACH_SEND_TIMEOUT, static_cast<mach_msg_size_t>(message.bytes.size()), 0, MACH_PORT_NULL,
		kSendTimeoutMs, MACH_PORT_NULL);
	mach_port_deallocate(mach_task_self(), port);
	if (result == KERN_SUCCESS) return;
	throw NativeError("orientation-not-sent", std::string("The simulator was not turned: ") + mach_error_string(result) +
		". Shut it down and boot it again if this stays so.");
}

}  // namespace porthole
