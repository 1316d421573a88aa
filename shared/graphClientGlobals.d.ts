// @microsoft/microsoft-graph-client's types name two types of the browser's library, which this project does not load.
type HeadersInit = ConstructorParameters<typeof Headers>[0];
type RequestInfo = string | URL | Request;
