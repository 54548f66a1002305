#include "framebuffer-ports.h"

#include "exception-guard.h"
#include "private-frameworks.h"

namespace porthole {

namespace {

NSArray* PortsOf(id<PrivateSimDeviceIO> io) {
	if (AnswersTo(io, PrivateSelector::kDeviceIoPorts)) return [io deviceIOPorts];
	RequireSelector(io, PrivateSelector::kIoPorts);
	return [io ioPorts];
}

bool ShowsScreen(id<PrivateSimDeviceIOPort> port) {
	if (!AnswersTo(port, PrivateSelector::kPortIdentifier) || !AnswersTo(port, PrivateSelector::kPortDescriptor)) return false;
	id identifier = [port portIdentifier];
	return [[identifier description] isEqualToString:@"com.apple.framebuffer.display"];
}

}  // namespace

std::vector<id<PrivateSimScreen>> FindScreens(id<PrivateSimDevice> device) {
	RequireSelector(device, PrivateSelector::kIo);
	return Guarded("framework-exception", "looking for the simulator's screens", [&] {
		id<PrivateSimDeviceIO> io = [device io];
		if (io == nil) {
			throw NativeError("no-io-client", "CoreSimulator gave no way to the simulator's screens (SimDevice -io is nil).");
		}
		NSArray* ports = PortsOf(io);
		if (ports.count == 0 && AnswersTo(io, PrivateSelector::kUpdatePorts)) {
			[io updateIOPorts];
			ports = PortsOf(io);
		}
		std::vector<id<PrivateSimScreen>> screens;
		for (id<PrivateSimDeviceIOPort> port in ports) {
			if (!ShowsScreen(port)) continue;
			id<PrivateSimScreen> screen = [port descriptor];
			if (screen != nil && AnswersTo(screen, PrivateSelector::kSurface)) screens.push_back(screen);
		}
		if (!screens.empty()) return screens;
		throw NativeError("no-framebuffer-port", "The simulator has no IO port with a framebuffer descriptor (" +
			std::to_string(ports.count) + " ports). It may still be starting, or this Xcode has other ports than are known.");
	});
}

}  // namespace porthole
