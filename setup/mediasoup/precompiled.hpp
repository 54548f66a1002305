#pragma once

// What most of the worker's files include; it costs seconds each time it is read.
#include <map>
#include <string>
#include <vector>

#include "Channel/ChannelRequest.hpp"
#include "Channel/ChannelSocket.hpp"
#include "RTC/RTP/Packet.hpp"
#include "RTC/SCTP/packet/Chunk.hpp"
#include "RTC/Transport.hpp"
#include "SharedInterface.hpp"
#include "Utils.hpp"
#include "common.hpp"
