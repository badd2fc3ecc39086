package identity

import "kaiwu/internal/kit/fault"

// Messages are the sentences of this room's fault codes.
var Messages = fault.Messages{
	"identity.login_wrong":       {Zh: "登录名或密码不对。请检查大小写后重试；忘记密码请找管理员重置。", En: "Login or password is wrong. Check capital letters and try again; an administrator can reset a forgotten password."},
	"identity.badge_wrong":       {Zh: "工牌或 PIN 码不对。请重新扫描；忘记 PIN 码请找管理员重置。", En: "Badge or PIN is wrong. Scan again; an administrator can reset a forgotten PIN."},
	"identity.pin_needed":        {Zh: "请输入 PIN 码。", En: "Type your PIN too."},
	"identity.too_many":          {Zh: "错误次数太多，请等待 {seconds} 秒后再试。", En: "Too many wrong attempts; wait {seconds} seconds and try again."},
	"identity.session_ended":     {Zh: "登录已过期，请重新登录。", En: "Your session has ended; log in again."},
	"identity.key_bad":           {Zh: "API 密钥无效：不存在、已吊销或已过期。请找管理员要新的。", En: "This API key is unknown, revoked or has expired. Ask an administrator for a new one."},
	"identity.session_unknown":   {Zh: "没有这个登录会话，可能已经结束。", En: "There is no such session; it may have ended already."},
	"identity.not_yours":         {Zh: "没有这张单据。", En: "There is no such document."},
	"identity.people_only":       {Zh: "只有登录的人员才能做这一步，API 密钥不行。", En: "Only a person who has logged in can do this, not an API key."},
	"identity.current_wrong":     {Zh: "当前密码或 PIN 码不对。", En: "The present password or PIN is wrong."},
	"identity.password_short":    {Zh: "密码需要 8 到 200 个字符。", En: "A password has 8 to 200 characters."},
	"identity.password_weak":     {Zh: "这个密码太容易被猜到，请换一个更长或更少见的。", En: "Others would guess this password; take a longer or less common one."},
	"identity.password_same":     {Zh: "新密码与旧密码相同，请换一个。", En: "The new password is the old one; choose another."},
	"identity.pin_form":          {Zh: "PIN 码为 4 到 8 位数字。", En: "A PIN has 4 to 8 digits."},
	"identity.changed_meanwhile": {Zh: "账号刚被别人修改，请刷新后再试。", En: "Somebody changed this account at the same moment; look again."},

	"identity.user_unknown":    {Zh: "没有用户 {login}。请检查登录名。", En: "There is no user {login}. Check the login."},
	"identity.login_form":      {Zh: "登录名 {login} 不合规：2 到 40 个字母、数字、点、横线、下划线或汉字；姓名不能为空。", En: "The login {login} will not do: 2 to 40 letters, digits, dots, dashes or underscores; the name may not be empty."},
	"identity.login_taken":     {Zh: "登录名 {login} 已被使用，请换一个。", En: "The login {login} is taken; choose another."},
	"identity.badge_taken":     {Zh: "工牌 {badge} 已被别人使用。请检查号码，或先收回旧工牌。", En: "The badge {badge} is carried by somebody else. Check the number, or take the old badge back first."},
	"identity.worker_unknown":  {Zh: "没有员工 {code}。请检查工号。", En: "There is no worker {code}. Check the code."},
	"identity.worker_taken":    {Zh: "员工 {worker} 已有账号，请修改那个账号。", En: "The worker {worker} has an account already; change that one."},
	"identity.partner_unknown": {Zh: "没有往来单位 {code}。请检查编码。", En: "There is no partner {code}. Check the code."},
	"identity.partner_needed":  {Zh: "角色 {role} 只给外部单位的人员，请指明是哪个单位。", En: "The role {role} is for people of an outside party; say which."},
	"identity.partner_role":    {Zh: "外部单位的人员不能有内部角色 {role}。", En: "People of an outside party cannot have the role {role}."},
	"identity.site_unknown":    {Zh: "没有工厂（站点）{code}。请检查代码。", En: "There is no site {code}. Check the code."},
	"identity.not_oneself":     {Zh: "不能停用自己的账号，请让另一位管理员操作。", En: "You cannot disable yourself; ask another administrator."},
	"identity.last_admin":      {Zh: "这样就没有人能管理用户和角色了。请先给另一位有密码的用户管理员角色。", En: "Nobody would be left who can administer users and roles. Give another user with a password the role admin first."},

	"identity.role_unknown":  {Zh: "没有角色 {role}。", En: "There is no role {role}."},
	"identity.role_none":     {Zh: "至少要给一个角色。", En: "A person needs at least one role."},
	"identity.role_form":     {Zh: "角色代码 {role} 不合规：2 到 40 个小写字母、数字或下划线，以字母开头。", En: "The role name {role} will not do: 2 to 40 lower-case letters, digits or underscores, a letter first."},
	"identity.role_taken":    {Zh: "角色代码 {role} 已被使用，请换一个。", En: "The role name {role} is taken; choose another."},
	"identity.role_default":  {Zh: "{role} 是系统自带角色，不能修改。请新建自己的角色。", En: "The role {role} belongs to the program and cannot be changed. Make a role of your own."},
	"identity.role_used":     {Zh: "还有 {users} 人使用角色 {role}，请先给他们换角色。", En: "{users} people have the role {role}; give them another first."},
	"identity.perm_unknown":  {Zh: "没有权限 {perm}。", En: "There is no permission {perm}."},
	"identity.more_than_own": {Zh: "这需要您自己没有的权限 {perm}，请让管理员操作。", En: "That needs the permission {perm}, which you do not have yourself; ask an administrator."},

	"identity.key_unknown":    {Zh: "没有这个 API 密钥。", En: "There is no such API key."},
	"identity.key_taken":      {Zh: "密钥名称 {name} 已被使用，请换一个。", En: "The key name {name} is taken; choose another."},
	"identity.key_empty":      {Zh: "密钥需要名称，以及至少一个角色或权限。", En: "A key needs a name and at least one role or permission."},
	"identity.device_unknown": {Zh: "没有这台设备。", En: "There is no such device."},
	"identity.device_name":    {Zh: "请填写设备放在哪里。", En: "Say where the device stands."},
	"identity.module_unknown": {Zh: "没有模块 {module}。", En: "There is no module {module}."},
	"identity.module_needs":   {Zh: "模块 {module} 依赖 {others}，请先启用。", En: "{module} needs {others}; switch that on first."},
	"identity.module_needed":  {Zh: "模块 {others} 依赖 {module}，请先停用它们。", En: "{module} is needed by {others}; switch that off first."},
}
