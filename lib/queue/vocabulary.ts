import type { Status } from '../core/status.ts';

/**
 * Words that files use for a status, lower case, words joined by one space. From the survey in
 * docs/queue-format.md and its languages; one line of text for each kind of word.
 */
export const STATUS_WORDS: Readonly<Record<Exclude<Status, 'UNKNOWN'>, readonly string[]>> = {
  PENDING: list(`
    pending, todo, to do, open, backlog, planned, queued, queue, ready, unclaimed, inbox, next,
    up next, not started, not yet started, not done, unstarted, new, triage, needs triage,
    upcoming, scheduled, available, outstanding, requested, proposed, approved, next up,
    coming up, unassigned, to start, ready to start, incomplete, remaining, not implemented,
    ready for dev, ready for agent, reopened, 未开工, 次のタスク, 待機, 待機中, 予定, 実装予定, 次, 未実装, chờ,
    chưa làm, chưa bắt đầu, preflight, 미착수, 未着手, 未対応, 未完了, 待办, 待處理, 待处理, 未开始, 待开始, 未完成, 대기,
    할 일, 예정, beklemede, bekliyor, yapılacak, yapilacak, planlandı, planlandi, açık, offen,
    geplant, ausstehend, à faire, a faire, en attente, por hacer, pendiente, pendente, a fazer,
    da fare, te doen, do zrobienia, к выполнению, ожидает, запланировано,
    triaged, selected for development, ready for development, ready to develop, not begun, 
    zu erledigen, zu tun, noch offen, offene, offene punkte, nicht begonnen, noch nicht begonnen,
    anstehend, eingeplant, à venir, à traiter, non commencé, pas commencé, non démarré, prévu,
    planifié, ouvert, pendientes, sin empezar, sin iniciar, no iniciado, no iniciada, por iniciar,
    planificado, planificada, abierto, abierta, pendentes, por fazer, não iniciado, nao iniciado,
    não iniciada, planejado, planejada, aberto, aberta, da iniziare, da completare, pianificato,
    gepland, nog te doen, zaplanowane, nierozpoczęte, yapılacaklar, yapilacaklar, bekleyen,
    bekleyenler, başlanmadı, başlanmadi, baslanmadi, yapılmadı, planlanan, planlananlar, sırada, сделать,
    надо сделать, нужно сделать, в планах, в очереди, не начато, не начата, не начат, открыто,
    открыта, к работе, 待办事项, 待做, 待开发, 待完成, 未启动, 计划中, 规划中, 已计划, 排队中, 未處理, 未处理, 尚未开始,
    やること, 未処理, 未解決, 着手前, 対応予定, これから, 할일, 시작 전, 미완료, 진행 예정`),
  IN_PROGRESS: list(`
    in progress, inprogress, đang làm, đang thực hiện, 実装中, 開発中, active, doing, now, working,
    working on, in flight, inflight, current, currently, claimed, wip, started, ongoing,
    running, assigned, in work, in development, in dev, underway, under way, executing,
    in motion, work in progress, partially complete, partially done, partially completed,
    partial, 進行中, 进行中, 作業中, 着手中, 対応中, 处理中, 진행 중, 진행중, devam ediyor, yapılıyor, başladı,
    basladi, devam, sürüyor, yapiliyor, in arbeit, in bearbeitung, en cours, en progreso,
    en curso, em andamento, em progresso, in corso, bezig, w toku, в работе, в процессе,
    läuft, laufend, begonnen, angefangen, in umsetzung, in entwicklung, en développement,
    en progression, en traitement, commencé, en proceso, en desarrollo, en ejecución, haciendo,
    iniciado, em desenvolvimento, em execução, em curso, fazendo, a decorrer, in lavorazione,
    in sviluppo, in uitvoering, in ontwikkeling, w trakcie, w realizacji, devam eden, devam edenler,
    yapılmakta, üzerinde çalışılıyor, çalışılıyor, işlemde, sürmekte, в разработке, выполняется,
    в процессе выполнения, делается, начато, 正在进行, 进行, 开发中, 執行中, 执行中, 實施中, 实施中, 處理中, 進行,
    処理中, 実施中, 작업 중, 작업중, 개발 중, 처리 중`),
  COMPLETE: list(`
    complete, done, completed, resolved, finished, closed, fixed, shipped, merged, deployed,
    released, delivered, implemented, landed, success, succeeded, passed, verified, all done,
    code complete, solved, hoàn thành, xong, đã xong, implemented locally, 구현 완료, 처리 완료,
    завершён, achieved, complete and verified, accepted, closed out, принято, готово принято,
    完了, 済, 済み, 完了済み, 完成, 已完成, 완료, tamamlandi, tamamlandı, bitti, yapıldı, erledigt, fertig,
    abgeschlossen, terminé, termine, fait, hecho, completado, completada, terminado, concluído,
    concluido, feito, fatto, completato, klaar, gedaan, zrobione, gotowe, готово, выполнено,
    сделано, завершено,
    erledigte, abgeschlossene, fertiggestellt, umgesetzt, behoben, gelöst, beendet, geschlossen,
    ausgeliefert, terminée, terminés, terminées, faite, faits, faites, fini, finie, achevé, achevée,
    livré, livrée, résolu, résolue, corrigé, fermé, hecha, hechas, hechos, completados, completadas,
    terminada, terminados, terminadas, finalizado, finalizada, finalizados, finalizadas, resuelto,
    resuelta, cerrado, cerrada, entregado, concluída, concluida, concluídos, concluídas, feita,
    feitos, feitas, completo, completa, resolvido, resolvida, encerrado, entregue, completata,
    completati, completate, fatti, fatte, chiuso, risolto, finito, afgerond, voltooid, afgehandeld,
    afgesloten, zakończone, ukończone, wykonane, tamamlanan, tamamlananlar, tamamlanmış, yapılan,
    yapılanlar, biten, bitenler, çözüldü, kapandı, kapatıldı, готова, готов, сделана, сделан,
    выполнена, выполнен, выполненные, завершена, завершен, завершённые, завершенные, закрыто,
    закрыта, закрыт, решено, решена, исправлено, исправлена, 已解决, 已解決, 已修复, 已上线, 已发布, 已发版, 已关闭, 已结束,
    已交付, 已合并, 已做, 做完, 完結, 対応済み, 対応済, 解決済み, 解決済, 実装済み, 実装済, リリース済み, 終了, 완료됨, 해결됨`),
  FAILED: list(`
    failed, failure, falla, failing, error, errored, broken, crashed, timed out, timeout, 失敗,
    失败, 실패, başarısız, fehlgeschlagen, échoué, fallido, falhou, fallito, ошибка`),
  BLOCKED: list(`
    blocked, wait, wait for, wait on, on hold, onhold, hold, held, waiting, waiting on,
    waiting for, awaiting, gated, owner gated, human gated, stuck, needs input, needs info,
    needs human, needs owner, needs decision, waiting on user, waiting for user, blocker,
    needs user, owner action, waiting on owner, externally blocked, ブロック, ブロック中, 保留, 保留中, 待ち,
    阻塞, 已阻塞, 차단, 차단됨, 보류, engellendi, bloke, blockiert, wartet, bloqué, bloqueado, bloqueada,
    bloccato, geblokkeerd, zablokowane, заблокировано,
    wartend, warten auf, wartet auf, blockierte, angehalten, in warteposition, bloquée, bloqués,
    bloquées, en espera, em espera, in attesa, bloqueados, bloqueadas, bloccata,
    engellenen, engellenenler, engelli, bloklu, askıda, заблокирована, заблокирован,
    заблокированные, блокировано, ждёт, ждет, 受阻, 被阻塞, 阻塞中, 卡住, 等待中, 等待, 挂起`),
  REVIEW: list(`
    review, in review, verify, ai review, human review, owner review, 確認待ち, 確認中,
    ready for review, needs review, under review, validation, validating, qa, in qa, testing,
    in testing, verifying, verification, to verify, needs verification, awaiting review,
    awaiting approval, waiting for review, waiting on review, pending review, pending approval,
    needs approval, pr open, in pr, code review, ready for qa, ready to merge, pr review,
    peer review, ready for testing, needs testing, pending verification, awaiting verification,
    レビュー, レビュー中, レビュー待ち, 审核中, 評審中, 评审中, 검토, 검토 중, incelemede, in prüfung, en revue,
    en revisión, em revisão, in revisione, на проверке, готово к ревью, готово к проверке,
    на ревью,
    in code review, in validation, in uat, uat, qa testing, ready for test, pending qa, awaiting qa,
    to review, à valider, à vérifier, à relire, en validation, en relecture, en test, in abnahme,
    im review, im test, zu prüfen, zur prüfung, in überprüfung, en pruebas, por revisar, a revisar,
    em teste, em testes, em validação, para revisar, da revisionare, in test, te controleren,
    w testach, do sprawdzenia, inceleniyor, test ediliyor, testte, gözden geçiriliyor,
    onay bekliyor, на тестировании, в тестировании, ревью, на согласовании, на утверждении, 待审核,
    待评审, 待验证, 待测试, 待验收, 测试中, 验证中, 验收中, 審査中, テスト中, 検証中, レビュー依頼中, 확인 중, 테스트 중, 리뷰 중`),
  DEFERRED: list(`
    deferred, parked, later, someday, paused, frozen, ideas, idea, icebox, postponed,
    parking lot, maybe, someday maybe, future, snoozed, shelved, low priority later,
    backburner, back burner, delayed, not now, wishlist, wish list, on ice, dormant, 延期, 後回し,
    暂缓, 推迟, 已推迟, 연기, ertelendi, verschoben, zurückgestellt, reporté, aplazado, pospuesto,
    adiado, rimandato, uitgesteld, отложено,
    irgendwann, später, vielleicht, vertagt, pausiert, aufgeschoben, ideen, plus tard, un jour,
    peut être, reportée, reportés, idées, en pause, différé, algún día, algun dia, más adelante,
    mas adelante, más tarde, para después, quizás, aplazada, pospuesta, postergado, en pausa,
    depois, um dia, algum dia, mais tarde, talvez, adiada, adiados, em pausa, ideias, più tardi,
    un giorno, in pausa, idee, ooit, misschien, kiedyś, na później, odłożone, pomysły, sonra,
    daha sonra, belki, bir gün, ertelenen, ertelenenler, fikirler, отложена, отложен, отложенные,
    потом, позже, когда нибудь, может быть, идеи, на паузе, приостановлено, приостановлена, 以后, 将来,
    想法, 搁置, 已搁置, 延后, 已延期, 暂停, 已暂停, いつか, そのうち, アイデア, 後で, 一時停止, 나중에, 언젠가, 아이디어, 보류됨`),
  CANCELLED: list(`
    cancelled, canceled, removed, skip, skipped, not in scope, out of scope, wont do, won't do,
    wont fix, won't fix, wontfix, dropped, rejected, abandoned, obsolete, superseded,
    duplicate, invalid, declined, discarded, deprecated, not needed, no longer needed, n/a,
    not applicable, withdrawn, killed, archived, retired, deleted, キャンセル, 中止, 取消, 已取消, 취소, 취소됨,
    iptal, iptal edildi, abgebrochen, storniert, annulé, cancelado, cancelada, annullato,
    geannuleerd, anulowane, отменено,
    not doing, will not do, will not fix, verworfen, abgelehnt, entfällt, entfallen, gestrichen, hinfällig,
    annulée, annulés, annulées, abandonné, abandonnée, abandonnés, rejeté, rejetée,
    supprimé, descartado, descartada, descartados, canceladas, cancelados, rechazado, rejeitado,
    scartato, annullata, afgewezen, vervallen, odrzucone, iptal edilen, iptal edilenler, vazgeçildi,
    reddedildi, отменена, отменен, отменён, отменённые, отмененные, отклонено, отклонена,
    не будем делать, 已放弃, 放弃, 废弃, 已废弃, 作废, 已作废, 不做, 不做了, 已拒绝, 見送り, 却下, 対応しない, 対応不要, 取り下げ, 取りやめ, 폐기`),
};

function list(text: string): string[] {
  return text.split(',').map((word) => word.trim());
}

/** Emoji that tell a status by themselves. Coloured balls are priorities, not states. */
export const STATUS_EMOJI: Readonly<Record<string, Status>> = byStatus({
  COMPLETE: '✅ ☑ ✔ ✓ 🎉 🏁',
  PENDING: '⬜ ⏳ 🔲 ☐ 📋 🆕 🔜 ◻ ⌛ 🕐 📥',
  IN_PROGRESS: '🔄 🚧 🏗 🔨 ▶ 🏃 🔁 🛠 🔧 👷',
  BLOCKED: '🚫 ⛔ 🛑 🔒 ✋',
  REVIEW: '👀 🔍 🧪',
  DEFERRED: '⏸ 💤 🧊 💡 ❄ 🅿',
  CANCELLED: '🗑 ❎',
  FAILED: '❌ 💥 ✗ ✘ ✖',
});

/** What stands between the brackets of a checkbox. `-` and `>` as Obsidian Tasks has them. */
export const BOX_MARKS: Readonly<Record<string, Status>> = {
  '': 'PENDING',
  ' ': 'PENDING',
  ...byStatus({
    PENDING: '⏳ ⬜ _',
    COMPLETE: 'x X ✓ ✔ ✅ ☑ ✔️ * v V √',
    IN_PROGRESS: '~ / . >> 🔄 🚧 ▶ w o',
    CANCELLED: '-',
    BLOCKED: '! 🚫 b B',
    REVIEW: '? r R',
    DEFERRED: '> < ⏸ d',
    FAILED: '✗ ✘ ❌ f F',
  }),
};

function byStatus(signs: Partial<Record<Status, string>>): Record<string, Status> {
  return Object.fromEntries(
    Object.entries(signs).flatMap(([status, text]) =>
      text.split(' ').map((sign) => [sign, status as Status]),
    ),
  );
}
