package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	ospb "github.com/openconfig/gnoi/os"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const progressBytes = 256 * 1024

// Install takes any package: the version is the one it was asked for, as the content is of no format it knows.
func (t *target) Install(stream ospb.OS_InstallServer) error {
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	request := first.GetTransferRequest()
	if request == nil {
		return status.Error(codes.InvalidArgument, "the first message is no TransferRequest")
	}
	if request.GetStandbySupervisor() {
		return installError(stream, ospb.InstallError_NOT_SUPPORTED_ON_BACKUP, "one supervisor")
	}
	t.mu.Lock()
	busy, present := t.installing, t.installed[request.GetVersion()]
	if !busy && !present {
		t.installing = true
	}
	t.mu.Unlock()
	if busy {
		return installError(stream, ospb.InstallError_INSTALL_IN_PROGRESS, "another Install runs")
	}
	if present {
		return validated(stream, request.GetVersion())
	}
	defer func() {
		t.mu.Lock()
		t.installing = false
		t.mu.Unlock()
	}()
	ready := &ospb.InstallResponse_TransferReady{TransferReady: &ospb.TransferReady{}}
	if err := stream.Send(&ospb.InstallResponse{Response: ready}); err != nil {
		return err
	}
	received, digest, err := receive(stream)
	if err != nil {
		return err
	}
	if size := request.GetPackageSize(); size != 0 && size != received {
		return installError(stream, ospb.InstallError_INTEGRITY_FAIL, fmt.Sprintf("%d bytes of %d", received, size))
	}
	t.mu.Lock()
	t.installed[request.GetVersion()] = true
	t.mu.Unlock()
	say(map[string]any{"event": "installed", "version": request.GetVersion(), "bytes": received, "sha256": digest})
	return validated(stream, request.GetVersion())
}

func receive(stream ospb.OS_InstallServer) (received uint64, digest string, err error) {
	hash := sha256.New()
	reported := uint64(0)
	for {
		message, err := stream.Recv()
		if err == io.EOF {
			return 0, "", status.Error(codes.Aborted, "the stream ended before TransferEnd")
		}
		if err != nil {
			return 0, "", err
		}
		switch message.GetRequest().(type) {
		case *ospb.InstallRequest_TransferContent:
			hash.Write(message.GetTransferContent())
			received += uint64(len(message.GetTransferContent()))
		case *ospb.InstallRequest_TransferEnd:
			return received, hex.EncodeToString(hash.Sum(nil)), nil
		default:
			return 0, "", status.Error(codes.InvalidArgument, "neither content nor TransferEnd")
		}
		if received-reported < progressBytes {
			continue
		}
		reported = received
		progress := &ospb.TransferProgress{BytesReceived: received}
		if err := stream.Send(&ospb.InstallResponse{Response: &ospb.InstallResponse_TransferProgress{TransferProgress: progress}}); err != nil {
			return 0, "", err
		}
	}
}

func validated(stream ospb.OS_InstallServer, version string) error {
	answer := &ospb.Validated{Version: version, Description: "installed"}
	return stream.Send(&ospb.InstallResponse{Response: &ospb.InstallResponse_Validated{Validated: answer}})
}

func installError(stream ospb.OS_InstallServer, kind ospb.InstallError_Type, detail string) error {
	answer := &ospb.InstallError{Type: kind, Detail: detail}
	return stream.Send(&ospb.InstallResponse{Response: &ospb.InstallResponse_InstallError{InstallError: answer}})
}

// Activate sets the version of the next boot.
func (t *target) Activate(_ context.Context, request *ospb.ActivateRequest) (*ospb.ActivateResponse, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.installed[request.GetVersion()] {
		missing := &ospb.ActivateError{Type: ospb.ActivateError_NON_EXISTENT_VERSION, Detail: request.GetVersion()}
		return &ospb.ActivateResponse{Response: &ospb.ActivateResponse_ActivateError{ActivateError: missing}}, nil
	}
	t.nextBoot = request.GetVersion()
	if !request.GetNoReboot() && t.nextBoot != t.running {
		t.startReboot("Activate")
	}
	return &ospb.ActivateResponse{Response: &ospb.ActivateResponse_ActivateOk{ActivateOk: &ospb.ActivateOK{}}}, nil
}

// Verify says what runs.
func (t *target) Verify(context.Context, *ospb.VerifyRequest) (*ospb.VerifyResponse, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	none := &ospb.StandbyState{State: ospb.StandbyState_UNSUPPORTED}
	return &ospb.VerifyResponse{
		Version:       t.running,
		VerifyStandby: &ospb.VerifyStandby{State: &ospb.VerifyStandby_StandbyState{StandbyState: none}},
	}, nil
}
