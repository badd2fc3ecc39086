package job

import "kaiwu/internal/kit/fault"

// Perms are the permissions of this package.
var Perms = []string{"jobs.manage"}

// Messages are this package's sentences.
var Messages = fault.Messages{
	"job.unknown": {Zh: "没有这个后台任务：{id}", En: "There is no job {id}"},
	"job.ended":   {Zh: "后台任务 {id} 已经结束（{state}），不能再取消", En: "Job {id} has already ended ({state}) and cannot be cancelled"},
}
