"""Reading a user's code: its files, its names, what flows where; nothing of it is ever run.

From the ground up, each room using only those before it:

- `names`, `program`, `notebook`, `files`: API names, and programs as text and tree;
- `values`, `definitions`, `layers`, `concerns`: what an expression can be, and what can be seen;
- `findings`, `modules`, `run`: what is known so far, and the one way into what lies within a node;
- `functions`, `applying`, `assigning`, `lookups`, `datasets`, `training`, `apis`, `imports`,
  `calls`: what one thing that a program does comes to;
- `expressions`, `statements`: the rule for each kind of node;
- `uncalled`, `interpreter`: all programs of a part of a folder, over and over;
- `processes`, `parts`: a folder in parts, each read by whichever core is free.
"""
