module vecino.dev/foreign-peer

go 1.24.0

require (
	github.com/openconfig/gnmi v0.14.1
	github.com/openconfig/gnoi v0.7.0
	google.golang.org/grpc v1.75.1
)

require (
	github.com/openconfig/bootz v0.6.0 // indirect
	github.com/openconfig/gnsi v1.9.0 // indirect
	golang.org/x/net v0.42.0 // indirect
	golang.org/x/sys v0.34.0 // indirect
	golang.org/x/text v0.27.0 // indirect
	google.golang.org/genproto/googleapis/rpc v0.0.0-20250908214217-97024824d090 // indirect
	google.golang.org/protobuf v1.36.9 // indirect
)
