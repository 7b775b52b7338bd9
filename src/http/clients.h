/* SPDX-License-Identifier: MIT */
#ifndef SLI_HTTP_CLIENTS_H
#define SLI_HTTP_CLIENTS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The connections, by when each was last answered (or came, if it was not):
 * when there are too many, the first of them ends. So whoever is slow, or only
 * holds a connection, gives way to whoever comes; and whoever is slow to read,
 * when there is no more memory for answers. All calls are made by the thread
 * that serves.
 */

struct sli__client {
	struct sli__client *before, *after; /* NULL in both: not in the ring */
	int fd;
	bool is_answered; /* with what it has not read yet */
};

struct sli__clients {
	struct sli__client ring; /* after it the first, before it the last */
	uint32_t count;
	uint32_t most;
};

void sli__clients_init(struct sli__clients *clients, uint32_t most);

/* NULL if there is no memory: then it is served and never gives way. */
struct sli__client *sli__client_add(struct sli__clients *clients, int fd);

/* An answer is on its way; or it is over, and the client is the last. */
void sli__client_answer(struct sli__client *client);
void sli__client_answered(struct sli__clients *clients,
    struct sli__client *client);
void sli__client_remove(struct sli__clients *clients,
    struct sli__client *client);

/* End the first that has not read its answer. */
void sli__clients_end_reader(struct sli__clients *clients);

#endif /* SLI_HTTP_CLIENTS_H */
