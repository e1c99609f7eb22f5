// The client over gRPC itself (HTTP/2), for Node: streams in both directions, one connection for all calls.
import { createGrpcTransport, type GrpcTransportOptions } from "@connectrpc/connect-node";
import { ConciergeClient, interceptors, type ConnectionOptions } from "./client.js";

/** Options of a client over gRPC. */
export interface NodeClientOptions extends ConnectionOptions {
  /** Id of the brand that the key belongs to. */
  readonly brand: string;
  /** Options of the connection: certificates, keep-alive. */
  readonly nodeOptions?: GrpcTransportOptions["nodeOptions"];
}

/** A client over gRPC. Needs the package `@connectrpc/connect-node`. */
export function connectNode(options: NodeClientOptions): ConciergeClient {
  const transport = createGrpcTransport({
    baseUrl: options.baseUrl,
    interceptors: interceptors(options),
    ...(options.timeoutMs !== undefined && { defaultTimeoutMs: options.timeoutMs }),
    ...(options.nodeOptions && { nodeOptions: options.nodeOptions }),
  });
  return new ConciergeClient(options.brand, transport);
}
