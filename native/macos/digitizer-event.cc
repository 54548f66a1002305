#include "digitizer-event.h"

#include <mach/mach_time.h>

#include "indigo-message.h"

namespace porthole {

namespace {

/// kIOHIDDigitizerTransducerTypeFinger.
constexpr std::uint32_t kFinger = 2;

}  // namespace

DigitizerEvents::DigitizerEvents(const PrivateFrameworks& frameworks)
	: create_digitizer_(frameworks.Require<CreateDigitizer>(PrivateSymbol::kDigitizerEvent)),
	  create_finger_(frameworks.Require<CreateFinger>(PrivateSymbol::kFingerEvent)),
	  append_(frameworks.Require<Append>(PrivateSymbol::kAppendEvent)) {}

CfRef<CFTypeRef> DigitizerEvents::Make(TouchPhase phase, const TouchPlace& place, std::uint32_t finger) const {
	const DigitizerState state = DigitizerStateOf(phase);
	const std::uint64_t now = mach_absolute_time();
	auto event = CfRef<CFTypeRef>::Adopt(create_digitizer_(nullptr, now, kFinger, 0, finger, state.event_mask, 0, place.x,
		place.y, 0, 0, 0, state.range, state.touch, 0));
	const auto child = CfRef<CFTypeRef>::Adopt(create_finger_(nullptr, now, 0, finger, state.event_mask, place.x, place.y,
		0, 0, 0, state.range, state.touch, 0));
	if (!event || !child) return {};
	append_(event.get(), child.get(), 0);
	return event;
}

}  // namespace porthole
