#include "service-port.h"

#include <string>

#include "autorelease-pool.h"
#include "exception-guard.h"
#include "private-frameworks.h"

namespace porthole {

mach_port_t LookUpService(id<PrivateSimDevice> device, const char* service, const char* code) {
	RequireSelector(device, PrivateSelector::kLookup);
	const AutoreleasePool pool;
	NSError* error = nil;
	const mach_port_t port = Guarded("framework-exception", std::string("looking up ") + service,
		[&] { return [device lookup:[NSString stringWithUTF8String:service] error:&error]; });
	if (port != MACH_PORT_NULL) return port;
	throw NativeError(code, std::string("The simulator has no service ") + service + ": " + TextOf(error) +
		". It may still be starting; try again in a moment.");
}

}  // namespace porthole
