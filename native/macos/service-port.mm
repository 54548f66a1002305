#include "service-port.h"

#include <string>

#include "exception-guard.h"
#include "private-frameworks.h"

namespace porthole {

mach_port_t LookUpService(id<PrivateSimDevice> device, const char* service, const char* code) {
	RequireSelector(device, PrivateSelector::kLookup);
	@autoreleasepool {
		NSError* error = nil;
		const mach_port_t port = Guarded("framework-exception", std::string("looking up ") + service, [&]() -> mach_port_t {
			NSError* inner = nil;
			const mach_port_t found = [device lookup:[NSString stringWithUTF8String:service] error:&inner];
			error = inner;
			return found;
		});
		if (port != MACH_PORT_NULL) return port;
		throw NativeError(code, std::string("The simulator has no service ") + service + ": " + TextOf(error) +
			". It may still be starting; try again in a moment.");
	}
}

}  // namespace porthole
