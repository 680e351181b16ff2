"""Guardians: invited by the person or named by the desk, seen by both sides, ended by either with one word.

A guardian acts under their own name, in a session that says for whom; nothing of the person's own account (factors,
sessions, contacts, guardians) is theirs. So every act here is about the actor's own relations, whoever they act for.
"""

from health_cloud.identity.service.guardians.inviting import agree, invite, renew, take_up
from health_cloud.identity.service.guardians.using import act_for, end, end_relations, my_relations, next_end

__all__ = ["act_for", "agree", "end", "end_relations", "invite", "my_relations", "next_end", "renew", "take_up"]
