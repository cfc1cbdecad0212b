"""The roadmap: programme, solution, answer, coalitions, check; and the plan made of real municipalities.

Functions bear the names of their modules, so they are imported from them:
`from stadtland.roadmap.loading import load`, `.build import build`, `.solve import solve, resolve`,
`.lexical import solve_saved`,
`.answer import answer`, `.coalitions import coalitions`, `.owen import owen`, `.check import check`.
"""
