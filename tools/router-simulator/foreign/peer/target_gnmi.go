package main

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// entry is one member of a list, by the one key that its list has.
type entry struct {
	name string
	tree map[string]any
}

// keyOf names the key of each list there is.
var keyOf = map[string]string{"interface": "name", "alarm": "id", "component": "name"}

var modules = map[string]string{
	"system":     "openconfig-system",
	"interfaces": "openconfig-interfaces",
	"components": "openconfig-platform",
}

// Capabilities offers JSON_IETF alone.
func (t *target) Capabilities(context.Context, *gnmi.CapabilityRequest) (*gnmi.CapabilityResponse, error) {
	reply := &gnmi.CapabilityResponse{SupportedEncodings: []gnmi.Encoding{gnmi.Encoding_JSON_IETF}, GNMIVersion: "0.10.0"}
	for _, module := range []string{"openconfig-system", "openconfig-interfaces", "openconfig-platform"} {
		reply.SupportedModels = append(reply.SupportedModels, &gnmi.ModelData{Name: module, Organization: "OpenConfig working group", Version: "1.0.0"})
	}
	return reply, nil
}

// Get answers each path with one update per node that it matches, containers as nested JSON.
func (t *target) Get(_ context.Context, request *gnmi.GetRequest) (*gnmi.GetResponse, error) {
	if request.GetEncoding() != gnmi.Encoding_JSON_IETF {
		return nil, status.Error(codes.Unimplemented, "only JSON_IETF")
	}
	tree := t.state()
	reply := &gnmi.GetResponse{}
	for _, path := range request.GetPath() {
		elems := append(append([]*gnmi.PathElem{}, request.GetPrefix().GetElem()...), path.GetElem()...)
		updates, err := match(tree, elems, nil)
		if err != nil {
			return nil, err
		}
		reply.Notification = append(reply.Notification, &gnmi.Notification{Timestamp: time.Now().UnixNano(), Update: updates})
	}
	return reply, nil
}

// state has containers as maps, lists as slices of entries and leaves as what JSON_IETF writes.
func (t *target) state() map[string]any {
	t.mu.Lock()
	defer t.mu.Unlock()
	up := func(name string) entry {
		state := map[string]any{"name": name, "oper-status": "UP", "admin-status": "UP"}
		return entry{name, map[string]any{"name": name, "state": state}}
	}
	chassis := map[string]any{"name": "chassis", "type": "openconfig-platform-types:CHASSIS", "mfg-name": "Foreign"}
	return map[string]any{
		"system": map[string]any{
			"state": map[string]any{
				"hostname":         t.hostname,
				"boot-time":        strconv.FormatInt(t.bootTime.UnixNano(), 10),
				"software-version": t.running,
				"current-datetime": time.Now().Format(time.RFC3339Nano),
			},
			"alarms": map[string]any{"alarm": []entry{}},
		},
		"interfaces": map[string]any{"interface": []entry{up("ge-0/0/0"), up("ge-0/0/1")}},
		"components": map[string]any{"component": []entry{{"chassis", map[string]any{"name": "chassis", "state": chassis}}}},
	}
}

func match(node any, rest []*gnmi.PathElem, at []*gnmi.PathElem) ([]*gnmi.Update, error) {
	if len(rest) == 0 {
		value, err := json.Marshal(plain(node, module(at)))
		if err != nil {
			return nil, err
		}
		encoded := &gnmi.TypedValue{Value: &gnmi.TypedValue_JsonIetfVal{JsonIetfVal: value}}
		return []*gnmi.Update{{Path: &gnmi.Path{Elem: at}, Val: encoded}}, nil
	}
	elem := rest[0]
	container, _ := node.(map[string]any)
	switch member := container[elem.GetName()].(type) {
	case nil:
		return nil, status.Errorf(codes.NotFound, "no %s here", elem.GetName())
	case []entry:
		key := keyOf[elem.GetName()]
		wanted := elem.GetKey()[key]
		updates := []*gnmi.Update{}
		for _, one := range member {
			if wanted != "" && wanted != "*" && wanted != one.name {
				continue
			}
			step := &gnmi.PathElem{Name: elem.GetName(), Key: map[string]string{key: one.name}}
			found, err := match(one.tree, rest[1:], extend(at, step))
			if err != nil {
				return nil, err
			}
			updates = append(updates, found...)
		}
		return updates, nil
	default:
		return match(member, rest[1:], extend(at, &gnmi.PathElem{Name: elem.GetName()}))
	}
}

func extend(at []*gnmi.PathElem, elem *gnmi.PathElem) []*gnmi.PathElem {
	return append(append([]*gnmi.PathElem{}, at...), elem)
}

func module(at []*gnmi.PathElem) string {
	if len(at) == 0 {
		return ""
	}
	return modules[at[0].GetName()] + ":"
}

// plain turns lists into arrays and puts the module in front of the outermost members.
func plain(node any, prefix string) any {
	switch value := node.(type) {
	case map[string]any:
		object := map[string]any{}
		for name, member := range value {
			object[prefix+name] = plain(member, "")
		}
		return object
	case []entry:
		array := []any{}
		for _, one := range value {
			array = append(array, plain(one.tree, ""))
		}
		return array
	default:
		return value
	}
}
