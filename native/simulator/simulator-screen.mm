#include "simulator/simulator-screen.h"

#import <Foundation/Foundation.h>

#include <atomic>
#include <optional>
#include <utility>
#include <vector>

#include "clock.h"
#include "simulator/core-simulator.h"
#include "simulator/objective-c.h"
#include "simulator/private-api.h"
#include "simulator/private-frameworks.h"
#include "simulator/surface-wait.h"

namespace porthole {

namespace {

NSArray* PortsOf(id<PrivateSimDeviceIO> io) {
	if (AnswersTo(io, PrivateSelector::kDeviceIoPorts)) return [io deviceIOPorts];
	RequireSelector(io, PrivateSelector::kIoPorts);
	return [io ioPorts];
}

bool ShowsScreen(id<PrivateSimDeviceIOPort> port) {
	if (!AnswersTo(port, PrivateSelector::kPortIdentifier) || !AnswersTo(port, PrivateSelector::kPortDescriptor))
		return false;
	id identifier = [port portIdentifier];
	return [[identifier description] isEqualToString:@"com.apple.framebuffer.display"];
}

/// The descriptors of a simulator's screens: its own, those of CarPlay and the like. Waits for another process. Throws
/// NativeError `no-io-client`, `no-framebuffer-port` or `framework-exception`.
std::vector<id<PrivateSimScreen>> FindScreens(id<PrivateSimDevice> device) {
	RequireSelector(device, PrivateSelector::kIo);
	return Guarded("framework-exception", "looking for the simulator's screens", [&] {
		id<PrivateSimDeviceIO> io = [device io];
		if (io == nil) {
			throw NativeError("no-io-client",
				"CoreSimulator gave no way to the simulator's screens (SimDevice -io is nil).");
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
		throw NativeError("no-framebuffer-port",
			"The simulator has no IO port with a framebuffer descriptor (" + std::to_string(ports.count) +
				" ports). It may still be starting, or this Xcode has other ports than are known.");
	});
}

/// Asks one screen to tell of its frames and surfaces; asking is what makes its surface appear.
class ScreenRegistration {
public:
	/// Both blocks run on the queue. Throws NativeError `selector-missing` or `framework-exception`.
	ScreenRegistration(id<PrivateSimScreen> screen, dispatch_queue_t queue, void (^on_frame)(void),
		void (^on_surface)(id));

	/// The surface it has now, by asking another process; nil when it has none. Throws NativeError `framework-exception`.
	id ReadSurface() const;

	/// Once, and not on the queue; nothing is thrown.
	void Cancel() const;

private:
	void Register(dispatch_queue_t queue, void (^on_frame)(void), void (^on_surface)(id));
	void RegisterOldWay(dispatch_queue_t queue, void (^on_frame)(void), void (^on_surface)(id));

	id<PrivateSimScreen> screen_;
	NSUUID* id_;
	bool old_way_;
};

/// Screens are proxies and give what the other process sends: only surfaces are let through.
id SurfaceOrNil(id object) {
	Class surface_class = objc_getClass("IOSurface");
	return [object isKindOfClass:surface_class] ? object : nil;
}

ScreenRegistration::ScreenRegistration(id<PrivateSimScreen> screen, dispatch_queue_t queue, void (^on_frame)(void),
	void (^on_surface)(id))
	: screen_(screen), id_([NSUUID UUID]), old_way_(!AnswersTo(screen, PrivateSelector::kRegisterScreen)) {
	Guarded("framework-exception", "asking a screen for its frames", [&] {
		if (old_way_) {
			RegisterOldWay(queue, on_frame, on_surface);
		} else {
			Register(queue, on_frame, on_surface);
		}
	});
}

void ScreenRegistration::Register(dispatch_queue_t queue, void (^on_frame)(void), void (^on_surface)(id)) {
	[screen_
		registerScreenCallbacksWithUUID:id_
						  callbackQueue:queue
						  frameCallback:on_frame
				surfacesChangedCallback:^(id surface, id) {
					OnQueue(
						"simulator's screen", [&] { on_surface(SurfaceOrNil(surface)); }, [](const NativeError&) {});
				}
			  propertiesChangedCallback:^(id){}];
}

void ScreenRegistration::RegisterOldWay(dispatch_queue_t queue, void (^on_frame)(void), void (^on_surface)(id)) {
	RequireSelector(screen_, PrivateSelector::kRegisterSurfaces);
	RequireSelector(screen_, PrivateSelector::kRegisterDamage);
	[screen_ registerCallbackWithUUID:id_
			 ioSurfacesChangeCallback:^(id surface) {
				 OnQueue(
					 "simulator's screen",
					 [&] {
						 id kept = SurfaceOrNil(surface);
						 dispatch_async(queue, ^{ on_surface(kept); });
					 },
					 [](const NativeError&) {});
			 }];
	[screen_ registerCallbackWithUUID:id_ damageRectanglesCallback:^(id) { dispatch_async(queue, on_frame); }];
}

id ScreenRegistration::ReadSurface() const {
	return Guarded("framework-exception", "reading a screen's surface",
		[&] { return SurfaceOrNil([screen_ framebufferSurface]); });
}

void ScreenRegistration::Cancel() const {
	try {
		Guarded("framework-exception", "asking a screen for nothing more", [&] {
			if (!old_way_) {
				if (AnswersTo(screen_, PrivateSelector::kUnregisterScreen))
					[screen_ unregisterScreenCallbacksWithUUID:id_];
				return;
			}
			if (AnswersTo(screen_, PrivateSelector::kUnregisterSurfaces)) {
				[screen_ unregisterIOSurfacesChangeCallbackWithUUID:id_];
			}
			if (AnswersTo(screen_, PrivateSelector::kUnregisterDamage))
				[screen_ unregisterDamageRectanglesCallbackWithUUID:id_];
		});
	} catch (const NativeError&) {
		// The screen is gone, and with it whatever was asked of it.
	}
}

}  // namespace

/// Uses two queues, as the other process waits for callbacks while it may be asked something itself: `calls_` is where
/// it is asked, `callbacks_` is where it tells, and where all that is told on is kept.
class SimulatorScreen::Follower : public std::enable_shared_from_this<Follower> {
public:
	Follower(id<PrivateSimDevice> device, ScreenListener listener)
		: device_(device),
		  calls_(dispatch_queue_create("porthole screen calls", DISPATCH_QUEUE_SERIAL)),
		  callbacks_(dispatch_queue_create("porthole screen",
			  dispatch_queue_attr_make_with_qos_class(DISPATCH_QUEUE_SERIAL, QOS_CLASS_USER_INTERACTIVE, 0))),
		  wait_(MonotonicMs()),
		  listener_(std::move(listener)) {}

	void Open() {
		const std::weak_ptr<Follower> weak = weak_from_this();
		notices_ = std::make_unique<ChangeNotices>(device_, [weak] {
			if (const std::shared_ptr<Follower> self = weak.lock()) self->LookAtState();
		});
		LookAfter(0);
	}

	void Close() {
		if (closed_.exchange(true)) return;
		notices_->Close();
		const std::shared_ptr<Follower> self = shared_from_this();
		dispatch_sync(callbacks_, ^{
			self->listener_ = {};
			self->surfaces_.clear();
			self->current_ = nil;
		});
		dispatch_async(calls_, ^{ self->Run([&] { self->CancelAll(); }); });
	}

private:
	/// Runs a block's work; what goes wrong with it is the end of the screen.
	template <typename Body>
	void Run(Body body) {
		OnQueue("simulator's screen", body, [this](const NativeError& why) {
			OnQueue("simulator's screen", [&] { Lose(why); }, [](const NativeError&) {});
		});
	}

	void LookAfter(double ms) {
		const std::shared_ptr<Follower> self = shared_from_this();
		dispatch_after(dispatch_time(DISPATCH_TIME_NOW, static_cast<int64_t>(ms * NSEC_PER_MSEC)), calls_, ^{
			self->Run([&] {
				if (!self->closed_) self->Look();
			});
		});
	}

	/// On `calls_`: finds the screens and reads their surfaces, until one has a surface.
	void Look() {
		NativeError failure("no-surface", "The simulator's screen has no frame; it may still be starting.");
		try {
			RegisterScreens();
			bool any = false;
			for (std::size_t index = 0; index < registrations_.size(); index++) {
				id surface = registrations_[index].ReadSurface();
				if (surface == nil) continue;
				any = true;
				TellSurface(generation_, index, surface);
			}
			if (any || seen_) return;
		} catch (const NativeError& error) {
			failure = error;
		}
		const double now = MonotonicMs();
		switch (wait_.After(now)) {
			case SurfaceWait::Next::kLookAgain:
				return LookAfter(SurfaceWait::kIntervalMs);
			case SurfaceWait::Next::kOnlyWait:
				return LookAfter(wait_.UntilGivenUp(now));
			case SurfaceWait::Next::kGiveUp:
				return Lose(failure);
		}
	}

	/// On `calls_`. Screens that came since the last look are the reason to begin anew.
	void RegisterScreens() {
		const std::vector<id<PrivateSimScreen>> screens = FindScreens(device_);
		if (screens.size() == registrations_.size()) return;
		CancelAll();
		const int generation = ++generation_;
		const std::weak_ptr<Follower> weak = weak_from_this();
		for (std::size_t index = 0; index < screens.size(); index++) {
			registrations_.emplace_back(
				screens[index], callbacks_,
				^{
					if (const std::shared_ptr<Follower> self = weak.lock())
						self->Run([&] { self->Drawn(generation, index); });
				},
				^(id surface) {
					if (const std::shared_ptr<Follower> self = weak.lock()) {
						self->Run([&] { self->Changed(generation, index, surface); });
					}
				});
		}
	}

	void CancelAll() {
		for (const ScreenRegistration& registration : registrations_) registration.Cancel();
		registrations_.clear();
	}

	/// What was read counts only until the screen itself has told of a surface, which may be newer.
	void TellSurface(int generation, std::size_t index, id surface) {
		const std::shared_ptr<Follower> self = shared_from_this();
		dispatch_async(callbacks_, ^{
			const bool told =
				self->kept_generation_ == generation && index < self->surfaces_.size() && self->surfaces_[index] != nil;
			if (!told) self->Run([&] { self->Changed(generation, index, surface); });
		});
	}

	/// On `callbacks_`: a screen has another surface, or none.
	void Changed(int generation, std::size_t index, id surface) {
		if (closed_ || generation < kept_generation_) return;
		if (generation > kept_generation_) {
			kept_generation_ = generation;
			surfaces_.clear();
		}
		if (surfaces_.size() <= index) surfaces_.resize(index + 1);
		surfaces_[index] = surface;
		Choose();
	}

	/// On `callbacks_`.
	void Drawn(int generation, std::size_t index) {
		if (closed_ || generation != kept_generation_ || current_ == nil || index != current_index_) return;
		if (listener_.on_damage) listener_.on_damage();
	}

	/// On `callbacks_`: the largest counts; the others are of CarPlay, or parts of the same.
	void Choose() {
		id best = nil;
		std::size_t most = 0;
		for (std::size_t index = 0; index < surfaces_.size(); index++) {
			if (surfaces_[index] == nil) continue;
			IOSurfaceRef surface = (__bridge IOSurfaceRef)surfaces_[index];
			const std::size_t area = IOSurfaceGetWidth(surface) * IOSurfaceGetHeight(surface);
			if (area <= most) continue;
			best = surfaces_[index];
			most = area;
			current_index_ = index;
		}
		if (best != nil) seen_ = true;
		if (best == current_) return;
		current_ = best;
		if (listener_.on_surface) listener_.on_surface((__bridge IOSurfaceRef)best);
	}

	/// Any thread.
	void LookAtState() {
		try {
			const DeviceState state = StateOf(device_);
			if (state == DeviceState::kBooted || state == DeviceState::kBooting) return;
			Lose(NativeError("simulator-shut-down", "The simulator was shut down."));
		} catch (const NativeError& error) {
			Lose(error);
		}
	}

	/// Any thread.
	void Lose(const NativeError& why) {
		const std::shared_ptr<Follower> self = shared_from_this();
		const NativeError reason = why;
		dispatch_async(callbacks_, ^{
			if (self->closed_ || std::exchange(self->lost_, true)) return;
			OnQueue(
				"simulator's screen",
				[&] {
					if (self->listener_.on_lost) self->listener_.on_lost(reason.code(), reason.what());
				},
				[](const NativeError&) {});
		});
	}

	id<PrivateSimDevice> const device_;
	const dispatch_queue_t calls_;
	const dispatch_queue_t callbacks_;
	std::unique_ptr<ChangeNotices> notices_;
	std::atomic<bool> closed_ = false;
	/// A surface was there once: a screen without one is off from now on, not missing.
	std::atomic<bool> seen_ = false;

	// Of `calls_`.
	SurfaceWait wait_;
	std::vector<ScreenRegistration> registrations_;
	int generation_ = 0;

	// Of `callbacks_`.
	ScreenListener listener_;
	int kept_generation_ = 0;
	std::vector<id> surfaces_;
	id current_ = nil;
	std::size_t current_index_ = 0;
	bool lost_ = false;
};

SimulatorScreen::SimulatorScreen(const SimulatorSet& set, const std::string& udid, ScreenListener listener) {
	const AutoreleasePool pool;
	id<PrivateSimDevice> device = set.devices().Find(udid);
	if (StateOf(device) != DeviceState::kBooting) RequireState(device, DeviceState::kBooted, "shown");
	follower_ = std::make_shared<Follower>(device, std::move(listener));
	follower_->Open();
}

SimulatorScreen::~SimulatorScreen() { Close(); }

void SimulatorScreen::Close() {
	const AutoreleasePool pool;
	follower_->Close();
}

}  // namespace porthole
