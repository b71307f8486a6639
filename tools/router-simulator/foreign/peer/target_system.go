package main

import (
	"context"
	"time"

	syspb "github.com/openconfig/gnoi/system"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// rebootAfter leaves the reply, and questions about the reboot, time to arrive.
const rebootAfter = time.Second

// Time is the machine's.
func (t *target) Time(context.Context, *syspb.TimeRequest) (*syspb.TimeResponse, error) {
	return &syspb.TimeResponse{Time: uint64(time.Now().UnixNano())}, nil
}

// Reboot takes the whole target down, at once.
func (t *target) Reboot(_ context.Context, request *syspb.RebootRequest) (*syspb.RebootResponse, error) {
	if request.GetMethod() != syspb.RebootMethod_COLD || request.GetDelay() > 0 || len(request.GetSubcomponents()) > 0 {
		return nil, status.Error(codes.Unimplemented, "only a cold reboot of everything, at once")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.pending != "" {
		return nil, status.Error(codes.FailedPrecondition, "a reboot is pending")
	}
	t.startReboot(request.GetMessage())
	return &syspb.RebootResponse{}, nil
}

// startReboot is called with the lock held.
func (t *target) startReboot(reason string) {
	t.pending = reason
	if reason == "" {
		t.pending = "no reason given"
	}
	time.AfterFunc(rebootAfter, func() { t.reboot <- struct{}{} })
}

// RebootStatus tells whether one is pending.
func (t *target) RebootStatus(context.Context, *syspb.RebootStatusRequest) (*syspb.RebootStatusResponse, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return &syspb.RebootStatusResponse{Active: t.pending != "", Reason: t.pending, Count: t.boots}, nil
}
