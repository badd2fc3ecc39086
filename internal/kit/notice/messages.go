package notice

import "kaiwu/internal/kit/fault"

// MailFailed is told to those who look after the mail server.
var MailFailed = Kind{Code: "notice.mail_failed", Perm: "mail.manage", Mail: Off,
	Title: fault.Text{Zh: "邮件发不出去", En: "Mail cannot be sent"},
	Text:  fault.Text{Zh: "邮件发不出去：{error}。请检查邮件服务器设置，之后系统会再试。", En: "Mail cannot be sent: {error}. Check the mail server's settings; it will be tried again."}}

// Messages are the sentences of what this package refuses.
var Messages = fault.Messages{
	"notice.unknown":      {Zh: "没有这条通知，或它不是给您的。请刷新。", En: "There is no such notice, or it is not yours. Refresh the page."},
	"notice.kind_unknown": {Zh: "没有“{kind}”这类通知，或您收不到它。", En: "There are no notices of kind {kind}, or you do not get them."},
	"mail.address_bad":    {Zh: "“{value}”不是邮箱地址，请写成 name@company.com。", En: "{value} is not a mail address; write it as name@company.com."},
	"mail.invalid":        {Zh: "邮件设置有 {count} 处不对，请看标红的地方。", En: "{count} of the mail settings are wrong; see the marked fields."},
	"mail.host_bad":       {Zh: "“{value}”不是服务器名，请写成 smtp.company.com，不带端口和 http。", En: "{value} is not a server's name; write it as smtp.company.com, without port and without http."},
	"mail.port_bad":       {Zh: "端口 {value} 不对：STARTTLS 一般是 587，TLS 一般是 465，不加密一般是 25。", En: "Port {value} is wrong: STARTTLS is usually 587, TLS 465, plain 25."},
	"mail.sender_needed":  {Zh: "请填写发件人地址。", En: "Enter the sender's address."},
	"mail.base_bad":       {Zh: "“{value}”不是网址，请写成 https://kaiwu.company.com。", En: "{value} is not an address of pages; write it as https://kaiwu.company.com."},
	"mail.password_again": {Zh: "服务器或用户名变了，请重新填写密码（没有密码就留空并勾选清除）。", En: "Server or user changed: enter the password again, or take it away."},
	"mail.text_bad":       {Zh: "“{value}”里有换行或控制字符，请去掉。", En: "{value} holds line breaks or control characters; take them out."},
	"mail.off":            {Zh: "还没有设置邮件服务器。请先填写并保存服务器。", En: "There is no mail server yet. Enter and save one first."},
	"mail.no_address":     {Zh: "请填写收件地址，或先在“通知设置”里填自己的邮箱。", En: "Enter an address, or give yours under notice settings first."},
	"mail.no_connection":  {Zh: "连不上 {host}:{port}：{error}。请检查服务器名、端口和防火墙。", En: "{host}:{port} cannot be reached: {error}. Check name, port and firewall."},
	"mail.tls_failed":     {Zh: "和 {host}:{port} 的加密连接没有建成：{error}。请检查加密方式和端口，或服务器证书。", En: "No encrypted connection with {host}:{port}: {error}. Check the kind of encryption and the port, or the server's certificate."},
	"mail.auth_failed":    {Zh: "{host} 不接受用户 {user} 的密码：{error}。请检查用户名和密码（有的邮箱要用“授权码”）。", En: "{host} does not accept the password of {user}: {error}. Check both; some providers want an app password."},
	"mail.rejected":       {Zh: "{host} 拒收这封信：{error}。请检查发件人 {sender} 和收件人 {to}。", En: "{host} rejects the message: {error}. Check the sender {sender} and the recipient {to}."},
	"mail.not_sent":       {Zh: "信没有发出去：{error}", En: "The message was not sent: {error}"},
}

// words of the mails themselves.
var (
	testSubject   = fault.Text{Zh: "开物测试邮件", En: "Kaiwu test message"}
	testBody      = fault.Text{Zh: "这是 {who} 发出的测试邮件。能看到它，说明邮件服务器已设置好。", En: "This is a test message asked for by {who}. As you read it, the mail server is set up."}
	digestSubject = fault.Text{Zh: "开物：{n} 条通知", En: "Kaiwu: {n} notices"}
	todoWord      = fault.Text{Zh: "待办", En: "To do"}
	footer        = fault.Text{Zh: "在“通知设置”里可以选择哪些通知用邮件发给您：{url}", En: "Choose which notices reach you by mail: {url}"}
)
