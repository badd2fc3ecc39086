package identity

import (
	"context"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// Device is a shared tablet that somebody from the office has enrolled: it has a name in every log and, when
// badge_only is on, lets operators in by badge alone.
type Device struct {
	ID         db.ID  `json:"id" db:"id" sql:"d.id"`
	Name       string `json:"name" db:"name" sql:"d.name" doc:"Where it stands"`
	BadgeOnly  bool   `json:"badge_only" db:"badge_only" sql:"d.badge_only" doc:"Operators need no PIN here"`
	EnrolledBy string `json:"enrolled_by" db:"enrolled_by" sql:"d.enrolled_by" doc:"Enrolled by"`
	EnrolledMS int64  `json:"enrolled_ms" db:"enrolled_ms" sql:"d.enrolled_ms" doc:"Enrolled"`
}

// EnrolDevice names the tablet that the request comes from.
type EnrolDevice struct {
	Name      string `json:"name" minLength:"1" maxLength:"60" doc:"Where it stands: Assembly line 2"`
	BadgeOnly bool   `json:"badge_only,omitempty" doc:"Operators need no PIN here"`
}

// ChangeDevice changes an enrolled tablet.
type ChangeDevice struct {
	Name      *string `json:"name,omitempty" minLength:"1" maxLength:"60"`
	BadgeOnly *bool   `json:"badge_only,omitempty"`
}

type device struct {
	ID        db.ID  `db:"id"`
	Name      string `db:"name"`
	BadgeOnly bool   `db:"badge_only"`
}

// device finds the enrolled tablet behind a cookie and gives From its name.
func (m *Module) device(ctx context.Context, from *From) (device, error) {
	if from.Device == "" {
		from.Device = deviceName(from.Agent)
	}
	if from.DeviceToken == "" {
		return device{}, nil
	}
	d, found, err := db.Get[device](ctx, m.d.Read(), `SELECT id, name, badge_only FROM id_device WHERE token_hash = $1`, digest(from.DeviceToken))
	if found {
		from.Device = d.Name
	}
	return d, err
}

// Enrol gives this device a token that its browser keeps; the office user's own session ends there, so that the
// next person at the tablet is not the office.
func (m *Module) Enrol(ctx context.Context, in EnrolDevice, from From) (Device, string, error) {
	token := newToken()
	var out Device
	err := m.d.InTx(ctx, func(tx *db.Tx) error {
		a := actor.From(ctx)
		out = Device{ID: tx.ID(), Name: strings.TrimSpace(in.Name), BadgeOnly: in.BadgeOnly, EnrolledBy: a.Name, EnrolledMS: tx.NowMS()}
		if out.Name == "" {
			return fault.Invalid("identity.device_name", "say where the device stands")
		}
		type row struct {
			Device
			Hash string `db:"token_hash"`
		}
		if err := db.Insert(ctx, tx, "id_device", row{out, digest(token)}); err != nil {
			return err
		}
		if from.DeviceToken != "" { // enrolled again under another name
			tx.Queue(`DELETE FROM id_device WHERE token_hash = $1`, digest(from.DeviceToken))
		}
		if from.Token != "" {
			tx.Queue(`DELETE FROM id_session WHERE token_hash = $1`, digest(from.Token))
		}
		tx.Emit(db.Event{Name: DeviceEnrolled, Subject: "device:" + out.ID.String(), Payload: Change{After: out}})
		m.changed(tx)
		return nil
	})
	return out, token, err
}

func deviceByID(ctx context.Context, q db.Querier, id db.ID) (Device, error) {
	d, found, err := db.Get[Device](ctx, q, `SELECT id, name, badge_only, enrolled_by, enrolled_ms FROM id_device WHERE id = $1`, id)
	if err == nil && !found {
		err = fault.NotFound("identity.device_unknown", "there is no such device")
	}
	return d, err
}

// ChangeDevice renames a device or switches badge_only.
func (m *Module) ChangeDevice(ctx context.Context, tx *db.Tx, id db.ID, in ChangeDevice) (Device, error) {
	before, err := deviceByID(ctx, tx, id)
	if err != nil {
		return Device{}, err
	}
	after := before
	if in.Name != nil {
		after.Name = *in.Name
	}
	if in.BadgeOnly != nil {
		after.BadgeOnly = *in.BadgeOnly
	}
	tx.Queue(`UPDATE id_device SET name = $1, badge_only = $2 WHERE id = $3`, after.Name, after.BadgeOnly, id)
	tx.Emit(db.Event{Name: DeviceChanged, Subject: "device:" + id.String(), Payload: Change{Before: before, After: after}})
	return after, nil
}

// RemoveDevice takes a device's trust away and ends the sessions on it.
func (m *Module) RemoveDevice(ctx context.Context, tx *db.Tx, id db.ID) (Device, error) {
	before, err := deviceByID(ctx, tx, id)
	if err != nil {
		return Device{}, err
	}
	tx.Queue(`DELETE FROM id_session WHERE device_id = $1`, id)
	tx.Queue(`DELETE FROM id_device WHERE id = $1`, id)
	tx.Emit(db.Event{Name: DeviceRemoved, Subject: "device:" + id.String(), Payload: Change{Before: before}})
	m.changed(tx)
	return before, nil
}
