#include "dtuhid-message.h"

#include "digitizer-contact.h"

namespace porthole {

namespace {

constexpr std::uint64_t kDown = 1;
constexpr std::uint64_t kUp = 2;
/// The main screen.
constexpr std::uint64_t kTarget = 0;

std::uint64_t StateOf(bool down) { return down ? kDown : kUp; }

xpc_object_t Dictionary() { return xpc_dictionary_create(nullptr, nullptr, 0); }

xpc_object_t Place(const TouchPlace& place) {
	xpc_object_t point = Dictionary();
	xpc_dictionary_set_double(point, "x", place.x);
	xpc_dictionary_set_double(point, "y", place.y);
	return point;
}

xpc_object_t Envelope(const char* type, xpc_object_t payload, bool barrier = false) {
	xpc_object_t message = Dictionary();
	xpc_dictionary_set_string(message, "messageType", type);
	xpc_dictionary_set_bool(message, "isBarrier", barrier);
	xpc_dictionary_set_string(message, "featureIdentifier", kDtuhidService);
	xpc_dictionary_set_value(message, "payload", payload);
	return message;
}

xpc_object_t KeyPayload(std::uint64_t usage, bool down) {
	xpc_object_t payload = Dictionary();
	xpc_dictionary_set_uint64(payload, "usageCode", usage);
	xpc_dictionary_set_uint64(payload, "state", StateOf(down));
	return payload;
}

}  // namespace

xpc_object_t MakeDigitizerMessage(const Touch& touch, std::uint64_t event_type) {
	xpc_object_t payload = Dictionary();
	xpc_dictionary_set_value(payload, "pointOne", Place(touch.places[0]));
	if (touch.fingers > 1) xpc_dictionary_set_value(payload, "pointTwo", Place(touch.places[1]));
	xpc_dictionary_set_uint64(payload, "eventType", event_type);
	xpc_dictionary_set_uint64(payload, "edge", DtuhidEdge(touch.edge));
	xpc_dictionary_set_uint64(payload, "target", kTarget);
	return Envelope("IndigoDigitizerEvent", payload);
}

xpc_object_t MakeKeyMessage(const KeyEvent& key) {
	return Envelope("IndigoKeyboardButtonEvent", KeyPayload(key.usage, key.down));
}

xpc_object_t MakeButtonMessage(const ButtonEvent& button) {
	xpc_object_t payload = Dictionary();
	xpc_dictionary_set_uint64(payload, "usagePage", button.page);
	xpc_dictionary_set_uint64(payload, "usageCode", button.usage);
	xpc_dictionary_set_uint64(payload, "state", StateOf(button.down));
	return Envelope("IndigoButtonEvent", payload);
}

xpc_object_t MakeBarrierMessage() { return Envelope("IndigoKeyboardButtonEvent", KeyPayload(0, false), true); }

}  // namespace porthole
