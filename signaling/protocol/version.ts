/** Version of the signaling protocol, sent in the first message of either side. Raised when an old client must reload. */
export const PROTOCOL_VERSION = 1;
/** Query of the signaling socket's address that asks for the longer messages of hosts, see `MAX_HOST_MESSAGE_BYTES`. */
export const FOR_HOSTS = "host";
