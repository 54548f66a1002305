#include "simulator/simulator-set.h"

#import <Foundation/Foundation.h>
#include <mach/mach.h>
#include <mach/mach_error.h>

#include <cmath>
#include <string>
#include <utility>

#include "native-error.h"
#include "simulator/core-simulator.h"
#include "simulator/objective-c.h"
#include "simulator/orientation-message.h"
#include "simulator/private-api.h"

namespace porthole {

namespace {

/// A message takes some milliseconds; the port is full only where SpringBoard does not read it any more.
constexpr mach_msg_timeout_t kSendTimeoutMs = 250;

/// Turns the simulator by a message to SpringBoard's PurpleWorkspacePort. Throws NativeError `no-workspace-port` or
/// `orientation-not-sent`; waits for at most 0.25 s.
void SendOrientation(id<PrivateSimDevice> device, int orientation) {
	const mach_port_t port = LookUpService(device, "PurpleWorkspacePort", "no-workspace-port");
	OrientationMessage message = MakeOrientationMessage(port, orientation);
	const kern_return_t result =
		mach_msg(reinterpret_cast<mach_msg_header_t*>(message.bytes.data()), MACH_SEND_MSG | MACH_SEND_TIMEOUT,
			static_cast<mach_msg_size_t>(message.bytes.size()), 0, MACH_PORT_NULL, kSendTimeoutMs, MACH_PORT_NULL);
	mach_port_deallocate(mach_task_self(), port);
	if (result == KERN_SUCCESS) return;
	throw NativeError("orientation-not-sent",
		std::string("The simulator was not turned: ") + mach_error_string(result) +
			". Shut it down and boot it again if this stays so.");
}

int Pixels(double length) { return std::isfinite(length) && length > 0 ? static_cast<int>(std::lround(length)) : 0; }

void ReadType(id<PrivateSimDeviceType> type, Simulator& simulator) {
	if (type == nil) return;
	for (const PrivateSelector selector : {PrivateSelector::kTypeName, PrivateSelector::kTypeIdentifier,
			 PrivateSelector::kTypeBundle, PrivateSelector::kScreenSize, PrivateSelector::kScreenScale}) {
		RequireSelector(type, selector);
	}
	simulator.type_name = TextOf([type name]);
	simulator.type_identifier = TextOf([type identifier]);
	simulator.type_bundle_path = TextOf([type bundle].bundlePath);
	const CGSize size = [type mainScreenSize];
	simulator.width = Pixels(size.width);
	simulator.height = Pixels(size.height);
	const float scale = [type mainScreenScale];
	if (std::isfinite(scale) && scale > 0) simulator.scale = scale;
}

Simulator Describe(id<PrivateSimDevice> device) {
	for (const PrivateSelector selector : {PrivateSelector::kUdid, PrivateSelector::kDeviceName,
			 PrivateSelector::kState, PrivateSelector::kRuntime, PrivateSelector::kDeviceType}) {
		RequireSelector(device, selector);
	}
	Simulator simulator;
	simulator.udid = TextOf([device UDID].UUIDString);
	simulator.name = TextOf([device name]);
	simulator.state = TextOf(static_cast<DeviceState>([device state]));
	if (id<PrivateSimRuntime> runtime = [device runtime]; runtime != nil) {
		RequireSelector(runtime, PrivateSelector::kRuntimeName);
		simulator.runtime = TextOf([runtime name]);
	}
	ReadType([device deviceType], simulator);
	return simulator;
}

void BootNow(id<PrivateSimDevice> device) {
	RequireState(device, DeviceState::kShutdown, "booted");
	RequireSelector(device, PrivateSelector::kBoot);
	Guarded("framework-exception", "booting a simulator", [&] {
		// Without it the simulator ends with this process.
		NSDictionary* options = [NSDictionary dictionaryWithObject:[NSNumber numberWithBool:YES] forKey:@"persist"];
		NSError* error = nil;
		if ([device bootWithOptions:options error:&error]) return;
		throw NativeError("boot-failed", "The simulator did not boot: " + TextOf(error) + ".");
	});
}

void ShutDownNow(id<PrivateSimDevice> device) {
	if (StateOf(device) != DeviceState::kBooting) RequireState(device, DeviceState::kBooted, "shut down");
	RequireSelector(device, PrivateSelector::kShutdown);
	Guarded("framework-exception", "shutting a simulator down", [&] {
		NSError* error = nil;
		if ([device shutdownWithError:&error]) return;
		throw NativeError("shutdown-failed", "The simulator did not shut down: " + TextOf(error) + ".");
	});
}

/// Both take seconds, and the calls wait for their end.
void Later(std::shared_ptr<const SimulatorDevices> devices, const std::string& udid, SimulatorSet::Done done,
	void (*change)(id<PrivateSimDevice>)) {
	const std::string id = udid;
	dispatch_async(dispatch_get_global_queue(QOS_CLASS_USER_INITIATED, 0), ^{
		std::optional<NativeError> failure;
		OnQueue(
			"simulator change", [&] { change(devices->Find(id)); }, [&](const NativeError& error) { failure = error; });
		OnQueue("simulator change", [&] { done(failure); }, [](const NativeError&) {});
	});
}

}  // namespace

struct SimulatorSet::State {
	std::shared_ptr<const SimulatorDevices> devices;
	std::unique_ptr<ChangeNotices> notices;
};

SimulatorSet::SimulatorSet(const std::string& developer_dir, const std::optional<std::string>& device_set,
	std::function<void()> on_change)
	: state_(std::make_shared<State>()) {
	state_->devices = std::make_shared<const SimulatorDevices>(developer_dir, device_set);
	const AutoreleasePool pool;
	state_->notices = std::make_unique<ChangeNotices>(state_->devices->set(), std::move(on_change));
}

SimulatorSet::~SimulatorSet() { Close(); }

const SimulatorDevices& SimulatorSet::devices() const { return *state_->devices; }

std::vector<Simulator> SimulatorSet::List() const {
	const AutoreleasePool pool;
	return Guarded("framework-exception", "describing the simulators", [&] {
		std::vector<Simulator> simulators;
		for (id<PrivateSimDevice> device in devices().All()) simulators.push_back(Describe(device));
		return simulators;
	});
}

void SimulatorSet::Boot(const std::string& udid, Done done) { Later(state_->devices, udid, std::move(done), BootNow); }

void SimulatorSet::Shutdown(const std::string& udid, Done done) {
	Later(state_->devices, udid, std::move(done), ShutDownNow);
}

void SimulatorSet::SetOrientation(const std::string& udid, int orientation) const {
	SendOrientation(devices().Find(udid), orientation);
}

void SimulatorSet::Notify(const std::string& udid, const std::string& name) const {
	id<PrivateSimDevice> device = devices().Find(udid);
	RequireSelector(device, PrivateSelector::kPostNotification);
	const AutoreleasePool pool;
	Guarded("framework-exception", "posting a notification", [&] {
		NSError* error = nil;
		if ([device postDarwinNotification:StringOf(name) error:&error]) return;
		throw NativeError("notification-not-posted",
			"The notification \"" + name + "\" was not posted: " + TextOf(error) + ".");
	});
}

void SimulatorSet::Close() {
	const AutoreleasePool pool;
	state_->notices->Close();
}

}  // namespace porthole
