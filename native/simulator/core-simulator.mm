#include "simulator/core-simulator.h"

#include <string>
#include <utility>

#include "simulator/objective-c.h"
#include "simulator/private-frameworks.h"

namespace porthole {

mach_port_t LookUpService(id<PrivateSimDevice> device, const char* service, const char* code) {
	RequireSelector(device, PrivateSelector::kLookup);
	const AutoreleasePool pool;
	NSError* error = nil;
	const mach_port_t port = Guarded("framework-exception", std::string("looking up ") + service,
		[&] { return [device lookup:[NSString stringWithUTF8String:service] error:&error]; });
	if (port != MACH_PORT_NULL) return port;
	throw NativeError(code,
		std::string("The simulator has no service ") + service + ": " + TextOf(error) +
			". It may still be starting; try again in a moment.");
}

/// Used on the queue only; a notice that is on its way when all is closed finds no function.
struct ChangeNotices::Listener {
	std::function<void()> on_change;
};

ChangeNotices::ChangeNotices(id<PrivateSimDeviceNotifier> notifier, std::function<void()> on_change)
	: notifier_(notifier),
	  queue_(dispatch_queue_create("porthole simulator changes", DISPATCH_QUEUE_SERIAL)),
	  listener_(std::make_shared<Listener>(Listener{std::move(on_change)})) {
	registration_ = Guarded("framework-exception", "asking to be told of changes", [&] {
		const std::shared_ptr<Listener> listener = listener_;
		return [notifier_ registerNotificationHandlerOnQueue:queue_
													 handler:^(NSDictionary*) {
														 // What could not be told is told with the next change.
														 OnQueue(
															 "simulator notices",
															 [&] {
																 if (listener->on_change) listener->on_change();
															 },
															 [](const NativeError&) {});
													 }];
	});
}

void ChangeNotices::Close() {
	const std::shared_ptr<Listener> listener = std::exchange(listener_, nullptr);
	if (!listener) return;
	dispatch_sync(queue_, ^{ listener->on_change = nullptr; });
	try {
		Guarded("framework-exception", "asking not to be told any more", [&] {
			NSError* error = nil;
			[notifier_ unregisterNotificationHandler:registration_ error:&error];
		});
	} catch (const NativeError&) {
		// Nothing depends on it: what still comes goes nowhere.
	}
}

namespace {

id ServiceContext(const std::string& developer_dir) {
	Class<PrivateSimServiceContext> context_class = PrivateFrameworks::Require(PrivateClass::kServiceContext);
	RequireSelector(context_class, PrivateSelector::kSharedContext);
	NSError* error = nil;
	id context = [context_class sharedServiceContextForDeveloperDir:StringOf(developer_dir) error:&error];
	if (context != nil) return context;
	throw NativeError("no-service-context",
		"CoreSimulator's service did not answer for \"" + developer_dir + "\": " + TextOf(error) +
			". See that `xcrun simctl list` works.");
}

id DeviceSet(id<PrivateSimServiceContext> context, const std::optional<std::string>& path) {
	NSError* error = nil;
	id set = nil;
	if (path) {
		RequireSelector(context, PrivateSelector::kDeviceSetWithPath);
		set = [(id)context deviceSetWithPath:StringOf(*path) error:&error];
	} else {
		RequireSelector(context, PrivateSelector::kDefaultDeviceSet);
		set = [(id)context defaultDeviceSetWithError:&error];
	}
	if (set != nil) return set;
	throw NativeError("no-device-set",
		"CoreSimulator did not open " +
			(path ? "the device set \"" + *path + "\"" : std::string("the user's device set")) + ": " + TextOf(error) +
			".");
}

}  // namespace

SimulatorDevices::SimulatorDevices(const std::string& developer_dir, const std::optional<std::string>& device_set)
	: frameworks_(developer_dir) {
	const AutoreleasePool pool;
	frameworks_.Require(PrivateLibrary::kCoreSimulator);
	set_ = Guarded("framework-exception", "opening the device set",
		[&] { return DeviceSet(ServiceContext(developer_dir), device_set); });
	for (const PrivateSelector selector :
		{PrivateSelector::kAvailableDevices, PrivateSelector::kSetRegister, PrivateSelector::kSetUnregister}) {
		RequireSelector(set_, selector);
	}
}

NSArray* SimulatorDevices::All() const {
	return Guarded("framework-exception", "listing the simulators", [&] { return [set_ availableDevices]; });
}

id<PrivateSimDevice> SimulatorDevices::Find(const std::string& udid) const {
	const AutoreleasePool pool;
	NSString* wanted = StringOf(udid);
	id<PrivateSimDevice> found =
		Guarded("framework-exception", "looking for a simulator", [&]() -> id<PrivateSimDevice> {
			for (id<PrivateSimDevice> device in All()) {
				if ([[device UDID].UUIDString isEqualToString:wanted]) return device;
			}
			return nil;
		});
	if (found != nil) return found;
	throw NativeError("unknown-simulator",
		"There is no simulator " + udid +
			" that can be used in this device set. "
			"`xcrun simctl list devices` lists them.");
}

}  // namespace porthole
