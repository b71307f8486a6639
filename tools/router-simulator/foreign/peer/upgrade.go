package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/openconfig/gnmi/proto/gnmi"
	ospb "github.com/openconfig/gnoi/os"
	syspb "github.com/openconfig/gnoi/system"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

const chunkBytes = 64 * 1024

// router is one target, by its three services.
type router struct {
	os     ospb.OSClient
	system syspb.SystemClient
	gnmi   gnmi.GNMIClient
}

// upgrade brings a router to a version and prints one event per step.
func upgrade(args []string) error {
	var id identity
	flags := flag.NewFlagSet("upgrade", flag.ExitOnError)
	id.register(flags)
	address := flags.String("address", "", "host:port of the router")
	name := flags.String("name", "", "name its certificate was issued for")
	version := flags.String("version", "", "version to bring it to")
	image := flags.String("image", "", "file of that version")
	flags.Parse(args)
	pair, pool, err := id.load()
	if err != nil {
		return err
	}
	secure := credentials.NewTLS(&tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: pool, ServerName: *name})
	connection, err := grpc.NewClient(*address, grpc.WithTransportCredentials(secure))
	if err != nil {
		return err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	r := router{ospb.NewOSClient(connection), syspb.NewSystemClient(connection), gnmi.NewGNMIClient(connection)}
	return r.upgrade(ctx, *version, *image)
}

func (r router) upgrade(ctx context.Context, version, image string) error {
	capabilities, err := r.gnmi.Capabilities(ctx, &gnmi.CapabilityRequest{})
	if err != nil {
		return err
	}
	say(map[string]any{"step": "capabilities", "gnmi": capabilities.GetGNMIVersion(), "models": len(capabilities.GetSupportedModels())})
	before, err := r.bootTime(ctx)
	if err != nil {
		return err
	}
	say(map[string]any{"step": "boot-time", "ns": before})
	if err := r.install(ctx, version, image); err != nil {
		return err
	}
	// A second Install of the same version sends nothing.
	if err := r.install(ctx, version, image); err != nil {
		return err
	}
	activated, err := r.os.Activate(ctx, &ospb.ActivateRequest{Version: version, NoReboot: true})
	if err != nil {
		return err
	}
	if activated.GetActivateOk() == nil {
		return fmt.Errorf("activate: %v", activated)
	}
	if err := r.verify(ctx); err != nil {
		return err
	}
	if _, err := r.system.Reboot(ctx, &syspb.RebootRequest{Method: syspb.RebootMethod_COLD, Message: "forward"}); err != nil {
		return err
	}
	for {
		after, err := r.bootTime(ctx)
		if err == nil && after > before {
			say(map[string]any{"step": "rebooted", "ns": after})
			return r.verify(ctx)
		}
		if ctx.Err() != nil {
			return fmt.Errorf("the router did not return: %w", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (r router) verify(ctx context.Context) error {
	verified, err := r.os.Verify(ctx, &ospb.VerifyRequest{})
	if err != nil {
		return err
	}
	say(map[string]any{
		"step":       "verify",
		"version":    verified.GetVersion(),
		"fail":       verified.GetActivationFailMessage(),
		"standby":    verified.GetVerifyStandby().GetStandbyState().GetState().String(),
		"individual": verified.GetIndividualSupervisorInstall(),
	})
	return nil
}

func (r router) bootTime(ctx context.Context) (uint64, error) {
	path := &gnmi.Path{Elem: []*gnmi.PathElem{{Name: "system"}, {Name: "state"}, {Name: "boot-time"}}}
	reply, err := r.gnmi.Get(ctx, &gnmi.GetRequest{Path: []*gnmi.Path{path}, Encoding: gnmi.Encoding_PROTO})
	if err != nil {
		return 0, err
	}
	return reply.GetNotification()[0].GetUpdate()[0].GetVal().GetUintVal(), nil
}

func (r router) install(ctx context.Context, version, image string) error {
	info, err := os.Stat(image)
	if err != nil {
		return err
	}
	stream, err := r.os.Install(ctx)
	if err != nil {
		return err
	}
	request := &ospb.TransferRequest{Version: version, PackageSize: uint64(info.Size())}
	if err := stream.Send(&ospb.InstallRequest{Request: &ospb.InstallRequest_TransferRequest{TransferRequest: request}}); err != nil {
		return err
	}
	progress := 0
	for {
		reply, err := stream.Recv()
		if err != nil {
			return fmt.Errorf("install: %w", err)
		}
		switch answer := reply.GetResponse().(type) {
		case *ospb.InstallResponse_TransferReady:
			if err := send(stream, image); err != nil {
				return err
			}
		case *ospb.InstallResponse_TransferProgress:
			progress++
		case *ospb.InstallResponse_Validated:
			say(map[string]any{"step": "install", "version": answer.Validated.GetVersion(), "progress": progress})
			_, err := stream.Recv()
			if !errors.Is(err, io.EOF) {
				return fmt.Errorf("install: the stream does not end after Validated: %w", err)
			}
			return nil
		default:
			return fmt.Errorf("install: %v", reply)
		}
	}
}

func send(stream ospb.OS_InstallClient, image string) error {
	file, err := os.Open(image)
	if err != nil {
		return err
	}
	defer file.Close()
	chunk := make([]byte, chunkBytes)
	for {
		n, err := file.Read(chunk)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		content := &ospb.InstallRequest_TransferContent{TransferContent: chunk[:n]}
		if err := stream.Send(&ospb.InstallRequest{Request: content}); err != nil {
			return err
		}
	}
	return stream.Send(&ospb.InstallRequest{Request: &ospb.InstallRequest_TransferEnd{TransferEnd: &ospb.TransferEnd{}}})
}
