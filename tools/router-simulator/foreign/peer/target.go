package main

import (
	"crypto/tls"
	"flag"
	"net"
	"sync"
	"time"

	"github.com/openconfig/gnmi/proto/gnmi"
	ospb "github.com/openconfig/gnoi/os"
	syspb "github.com/openconfig/gnoi/system"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

const (
	awayFor     = 200 * time.Millisecond
	rebindEvery = 20 * time.Millisecond
)

// target is a router with one supervisor that really goes away while it reboots.
type target struct {
	ospb.UnimplementedOSServer
	syspb.UnimplementedSystemServer
	gnmi.UnimplementedGNMIServer

	mu         sync.Mutex
	hostname   string
	running    string
	nextBoot   string
	installed  map[string]bool
	installing bool
	pending    string
	bootTime   time.Time
	boots      uint32
	reboot     chan struct{}
}

func serveTarget(args []string) error {
	var id identity
	flags := flag.NewFlagSet("target", flag.ExitOnError)
	id.register(flags)
	address := flags.String("address", "127.0.0.1:0", "host:port to listen on")
	hostname := flags.String("name", "foreign", "host name to report")
	running := flags.String("running", "1.0.0", "version to run at first")
	flags.Parse(args)
	pair, pool, err := id.load()
	if err != nil {
		return err
	}
	secure := credentials.NewTLS(&tls.Config{
		Certificates: []tls.Certificate{pair},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    pool,
	})
	t := &target{
		hostname:  *hostname,
		running:   *running,
		nextBoot:  *running,
		installed: map[string]bool{*running: true},
		bootTime:  time.Now().Add(-24 * time.Hour),
		reboot:    make(chan struct{}, 1),
	}
	return t.serve(*address, secure)
}

// serve listens until the process ends, with a break for each reboot.
func (t *target) serve(address string, secure credentials.TransportCredentials) error {
	for first := true; ; first = false {
		listener, err := net.Listen("tcp", address)
		if err != nil && first {
			return err
		}
		if err != nil {
			time.Sleep(rebindEvery)
			continue
		}
		address = listener.Addr().String()
		server := grpc.NewServer(grpc.Creds(secure), grpc.MaxRecvMsgSize(8<<20))
		ospb.RegisterOSServer(server, t)
		syspb.RegisterSystemServer(server, t)
		gnmi.RegisterGNMIServer(server, t)
		go server.Serve(listener)
		say(map[string]any{"event": "up", "port": listener.Addr().(*net.TCPAddr).Port})
		<-t.reboot
		server.Stop()
		say(map[string]any{"event": "down"})
		time.Sleep(awayFor)
		t.boot()
	}
}

func (t *target) boot() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.running = t.nextBoot
	t.pending = ""
	t.boots++
	t.bootTime = time.Now()
}
