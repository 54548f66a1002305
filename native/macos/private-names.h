#pragma once

#include <objc/objc.h>

#include <span>

namespace porthole {

// Every private name that is used, once: for looking it up before it is called, and for telling what a Mac lacks.

enum class PrivateLibrary { kCoreSimulator, kSimulatorKit, kIOKit, kSystem };

enum class PrivateClass { kServiceContext, kDeviceSet, kDevice, kDeviceType, kRuntime, kHidClient, kIo, kIoPort, kScreen };

struct PrivateClassName {
	PrivateClass id;
	/// First name that is found counts.
	const char* names[2];
	/// False for what is met as a proxy only: it has no class of this name here.
	bool has_class;
};

enum class PrivateSelector {
	kSharedContext,
	kDefaultDeviceSet,
	kDeviceSetWithPath,
	kAvailableDevices,
	kSetRegister,
	kSetUnregister,
	kUdid,
	kDeviceName,
	kState,
	kRuntime,
	kDeviceType,
	kIo,
	kBoot,
	kShutdown,
	kLookup,
	kPostNotification,
	kDeviceRegister,
	kDeviceUnregister,
	kTypeName,
	kTypeIdentifier,
	kTypeBundle,
	kScreenSize,
	kScreenScale,
	kRuntimeName,
	kHidInit,
	kHidSend,
	kIoPorts,
	kDeviceIoPorts,
	kUpdatePorts,
	kPortIdentifier,
	kPortDescriptor,
	kSurface,
	kRegisterScreen,
	kUnregisterScreen,
	kRegisterSurfaces,
	kRegisterDamage,
	kUnregisterSurfaces,
	kUnregisterDamage,
};

struct PrivateSelectorName {
	PrivateSelector id;
	PrivateClass owner;
	bool of_class;
	SEL selector;
};

enum class PrivateSymbol {
	kMouseEvent,
	kTrackpadEvent,
	kButton,
	kHidArbitrary,
	kKeyboard,
	kCreatePointer,
	kCreateMouse,
	kRemovePointer,
	kDigitizerEvent,
	kFingerEvent,
	kAppendEvent,
	kEndpointFromPort,
	kEnableSimToHost,
};

struct PrivateSymbolName {
	PrivateSymbol id;
	PrivateLibrary library;
	const char* name;
};

std::span<const PrivateClassName> PrivateClasses();
std::span<const PrivateSelectorName> PrivateSelectors();
std::span<const PrivateSymbolName> PrivateSymbols();

const PrivateClassName& NameOf(PrivateClass id);
const PrivateSelectorName& NameOf(PrivateSelector id);
const PrivateSymbolName& NameOf(PrivateSymbol id);

}  // namespace porthole
